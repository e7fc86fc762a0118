using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.Tests.Configuration;

/// <summary>As much of JSON Schema as routes.schema.json uses; a keyword it does not know fails the test.</summary>
internal sealed class SchemaCheck
{
    private static readonly string[] Annotations = ["$schema", "$defs", "title", "description", "default", "examples"];
    private readonly JsonObject _root;
    private readonly List<string> _errors = [];

    private SchemaCheck(JsonObject root) => _root = root;

    /// <summary>Where <paramref name="instance"/> does not follow <paramref name="schema"/>; empty when it does.</summary>
    public static IReadOnlyList<string> Check(JsonObject schema, JsonNode? instance)
    {
        var check = new SchemaCheck(schema);
        check.Check(schema, instance, "");
        return check._errors;
    }

    public static JsonObject Resolve(JsonObject root, JsonObject schema) =>
        schema["$ref"] is { } reference ? root["$defs"]![reference.GetValue<string>()["#/$defs/".Length..]]!.AsObject() : schema;

    private void Check(JsonObject schema, JsonNode? instance, string path)
    {
        foreach ((string keyword, JsonNode? value) in schema)
        {
            if (!Annotations.Contains(keyword) && !Holds(keyword, value!, schema, instance, path))
            {
                _errors.Add($"{path}: {keyword} {value!.ToJsonString()} does not hold for {instance?.ToJsonString()}");
            }
        }
    }

    private bool Holds(string keyword, JsonNode value, JsonObject schema, JsonNode? instance, string path) => keyword switch
    {
        "$ref" => Nested(Resolve(_root, schema), instance, path),
        "type" => value.GetValue<string>() == TypeOf(instance),
        "enum" => value.AsArray().Any(item => JsonNode.DeepEquals(item, instance)),
        "pattern" => TypeOf(instance) != "string" || Regex.IsMatch(instance!.GetValue<string>(), value.GetValue<string>()),
        "minimum" => TypeOf(instance) != "integer" || instance!.GetValue<decimal>() >= value.GetValue<decimal>(),
        "maximum" => TypeOf(instance) != "integer" || instance!.GetValue<decimal>() <= value.GetValue<decimal>(),
        "maxLength" => TypeOf(instance) != "string" || instance!.GetValue<string>().Length <= value.GetValue<int>(),
        "required" => instance is not JsonObject required || value.AsArray().All(key => required.ContainsKey(key!.GetValue<string>())),
        "anyOf" => value.AsArray().Any(option => new SchemaCheck(_root).IsValid(option!.AsObject(), instance)),
        "items" => instance is not JsonArray array || array.Select((item, i) => Nested(value.AsObject(), item, $"{path}:{i}")).All(held => held),
        "properties" => instance is not JsonObject known || known.Where(member => Own(schema, member.Key) is not null).ToList()
            .TrueForAll(member => Nested(Own(schema, member.Key)!, member.Value, $"{path}:{member.Key}")),
        "additionalProperties" => instance is not JsonObject other || other.Where(member => Own(schema, member.Key) is null).ToList()
            .TrueForAll(member => value is JsonObject additional && Nested(additional, member.Value, $"{path}:{member.Key}")),
        "propertyNames" => instance is not JsonObject names || names.All(member => Nested(value.AsObject(), member.Key, path)),
        _ => throw new NotSupportedException($"The schema uses \"{keyword}\", which this check does not know."),
    };

    private static JsonObject? Own(JsonObject schema, string key) => schema["properties"]?[key]?.AsObject();

    private bool Nested(JsonObject schema, JsonNode? instance, string path)
    {
        int before = _errors.Count;
        Check(schema, instance, path);
        return _errors.Count == before;
    }

    private bool IsValid(JsonObject schema, JsonNode? instance) => Nested(schema, instance, "");

    private static string TypeOf(JsonNode? node) => node switch
    {
        null => "null",
        JsonObject => "object",
        JsonArray => "array",
        _ when node.GetValueKind() is System.Text.Json.JsonValueKind.String => "string",
        _ when node.GetValueKind() is System.Text.Json.JsonValueKind.Number =>
            long.TryParse(node.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) ? "integer" : "number",
        _ => "boolean",
    };
}
