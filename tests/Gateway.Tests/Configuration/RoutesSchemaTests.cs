using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Configuration;
using Gateway.Configuration.Reading;
using Gateway.Configuration.Routes;
using Xunit;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Tests.Configuration;

/// <summary>config/routes.schema.json and what the gateway reads are the same, both ways.</summary>
public sealed class RoutesSchemaTests
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    private static readonly JsonObject Schema = Parse(File.ReadAllText(Path.Combine(Loading.RepositoryRoot, "config", "routes.schema.json")));

    [Fact]
    public void GatewaySection_Records_HaveTheSchemasKeys() =>
        CompareRecord(typeof(GatewayOptions), Property(Schema, "Gateway"), "Gateway");

    [Fact]
    public void Route_YarpsAndOwnKeys_AreTheSchemasKeys() => CompareYarp(typeof(RouteConfig), Definition("route"), "route", RoutePolicyReader.Keys);

    [Fact]
    public void Cluster_YarpsKeys_AreTheSchemasKeys() => CompareYarp(typeof(ClusterConfig), Definition("cluster"), "cluster", []);

    [Fact]
    public void Schema_EveryKey_IsDescribed() => AssertDescribed(Schema, "");

    [Fact]
    public void Schema_ShippedFile_Validates() => Assert.Empty(SchemaCheck.Check(Schema, Parse(File.ReadAllText(Loading.ShippedFile))));

    [Fact]
    public void Schema_ExampleOfTheContract_Validates() => Assert.Empty(SchemaCheck.Check(Schema, Parse(SnapshotLoaderTests.Contract)));

    [Theory]
    [InlineData("unknown-gateway-key.json")]
    [InlineData("unknown-limit-key.json")]
    [InlineData("unknown-match-key.json")]
    [InlineData("missing-limit-and-window.json")]
    [InlineData("number-expected.json")]
    [InlineData("duration-expected.json")]
    [InlineData("enum-expected.json")]
    [InlineData("partition-misspelt.json")]
    [InlineData("bool-expected.json")]
    [InlineData("size-expected.json")]
    [InlineData("object-expected.json")]
    [InlineData("policy-name.json")]
    [InlineData("yarp-enum.json")]
    public void Schema_Mistake_IsFoundInTheEditorToo(string file) =>
        Assert.NotEmpty(SchemaCheck.Check(Schema, Parse(File.ReadAllText(Path.Combine(Loading.RepositoryRoot, "tests", "Gateway.Tests", "BadConfig", file)))));

    private static JsonObject Parse(string text) => JsonNode.Parse(text, documentOptions: Lenient)!.AsObject();

    private static JsonObject Definition(string name) => Schema["$defs"]![name]!.AsObject();

    private static JsonObject Property(JsonObject schema, string key) => SchemaCheck.Resolve(Schema, schema["properties"]![key]!.AsObject());

    private static void CompareRecord(Type record, JsonObject schema, string path)
    {
        RecordShape shape = RecordShape.Of(record);
        AssertSameKeys(shape.Keys.Select(key => key.Name), schema, path);
        foreach (RecordKey key in shape.Keys)
        {
            JsonObject property = Property(schema, key.Name);
            CompareValue(key.Type, property, $"{path}:{key.Name}");
            if (key.IsRequired)
            {
                Assert.Contains(key.Name, schema["required"]!.AsArray().Select(name => name!.GetValue<string>()));
            }
        }
    }

    private static void CompareValue(Type type, JsonObject property, string path)
    {
        Type value = Nullable.GetUnderlyingType(type) ?? type;
        if (value.IsEnum)
        {
            Assert.Equal(Enum.GetValues(value).Cast<object>().Select(EnumText.Of), property["enum"]!.AsArray().Select(name => name!.GetValue<string>()));
        }
        else if (value.IsGenericType && value.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>) && RecordShape.IsRecord(value.GenericTypeArguments[1]))
        {
            CompareRecord(value.GenericTypeArguments[1], SchemaCheck.Resolve(Schema, property["additionalProperties"]!.AsObject()), path);
        }
        else if (RecordShape.IsRecord(value))
        {
            CompareRecord(value, property, path);
        }
    }

    private static void CompareYarp(Type record, JsonObject schema, string path, IReadOnlyList<string> ownKeys)
    {
        AssertSameKeys(YarpShape.Keys(record).Select(key => key.Name).Concat(ownKeys), schema, path);
        foreach (var key in YarpShape.Keys(record))
        {
            JsonObject property = Property(schema, key.Name);
            Type type = key.PropertyType;
            Type item = type.IsGenericType ? type.GenericTypeArguments[^1] : type;
            JsonNode? nested = item == type ? property : property["items"] ?? property["additionalProperties"];
            if (item.IsClass && item.Namespace!.StartsWith("Yarp.", StringComparison.Ordinal))
            {
                CompareYarp(item, SchemaCheck.Resolve(Schema, nested!.AsObject()), $"{path}:{key.Name}", []);
            }
            else if (item.IsEnum && property["enum"] is { } names)
            {
                Assert.Equal(Enum.GetNames(item).Order(), names.AsArray().Select(name => name!.GetValue<string>()).Order());
            }
        }
    }

    private static void AssertSameKeys(IEnumerable<string> keys, JsonObject schema, string path)
    {
        string[] described = [.. schema["properties"]!.AsObject().Select(property => property.Key).Order(StringComparer.Ordinal)];
        string[] read = [.. keys.Order(StringComparer.Ordinal)];
        Assert.True(read.SequenceEqual(described), $"{path}: the reader knows {string.Join(", ", read)}; the schema has {string.Join(", ", described)}");
        Assert.False(schema["additionalProperties"]!.GetValue<bool>(), $"{path}: the reader refuses other keys, the schema does not");
    }

    private static void AssertDescribed(JsonNode? node, string path)
    {
        if (node is JsonObject { } schema)
        {
            foreach ((string key, JsonNode? property) in schema["properties"] as JsonObject ?? [])
            {
                Assert.False(string.IsNullOrWhiteSpace(property!["description"]?.GetValue<string>()), $"{path}:{key} has no description");
            }

            foreach ((string key, JsonNode? child) in schema)
            {
                AssertDescribed(child, $"{path}:{key}");
            }
        }
        else if (node is JsonArray array)
        {
            array.ToList().ForEach(item => AssertDescribed(item, path));
        }
    }
}
