using System.Buffers;
using System.Text.Json;
using StackExchange.Redis;

namespace Gateway.Policies.Sessions.Redis;

/// <summary>Between a record's JSON and the fields of a Redis hash, which are text.</summary>
internal static class HashRecord
{
    public static ReadOnlyMemory<byte> Read(HashEntry[] fields)
    {
        var json = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(json);
        writer.WriteStartObject();
        foreach (HashEntry field in fields)
        {
            writer.WriteString(field.Name.ToString(), field.Value.ToString());
        }

        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenMemory;
    }

    /// <summary>The fields of <paramref name="becomes"/> that are not so in <paramref name="was"/>, names and values by turns.</summary>
    public static IEnumerable<RedisValue> Changes(ReadOnlySpan<byte> was, ReadOnlySpan<byte> becomes)
    {
        HashSet<(RedisValue, RedisValue)> before = [.. Pairs(Of(was))];
        return Pairs(Of(becomes)).Where(pair => !before.Contains(pair)).SelectMany(pair => new[] { pair.Item1, pair.Item2 });
    }

    /// <summary>Names and values by turns: a string as it is, null left out, anything else as JSON.</summary>
    public static IEnumerable<RedisValue> Of(ReadOnlySpan<byte> record)
    {
        var fields = new List<RedisValue>();
        foreach (JsonProperty field in JsonElement.Parse(record).EnumerateObject())
        {
            if (field.Value.ValueKind is not JsonValueKind.Null)
            {
                fields.Add(field.Name);
                fields.Add(field.Value.ValueKind is JsonValueKind.String ? field.Value.GetString() : field.Value.GetRawText());
            }
        }

        return fields;
    }

    private static IEnumerable<(RedisValue, RedisValue)> Pairs(IEnumerable<RedisValue> turns) => turns.Chunk(2).Select(pair => (pair[0], pair[1]));
}
