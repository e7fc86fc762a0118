using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Policies.Sessions;

/// <summary>Composes the record of a session that the gateway creates.</summary>
internal static class NewRecord
{
    private static readonly SessionFields Default = new();

    /// <summary>A copy of <paramref name="given"/> with the gateway's own fields, under the names of <paramref name="names"/>; UTF-8.</summary>
    /// <exception cref="ArgumentException">A field of <paramref name="given"/> is no Unicode, or there twice.</exception>
    public static byte[] Of(JsonObject given, SessionFields names, DateTimeOffset createdAt, DateTimeOffset expiresAt)
    {
        try
        {
            return JsonSerializer.SerializeToUtf8Bytes(Compose(given, names, createdAt, expiresAt));
        }
        catch (Exception unfit) when (unfit is JsonException or InvalidOperationException or ArgumentException)
        {
            throw new ArgumentException("The fields have a name twice or a string that is no Unicode text.", nameof(given), unfit);
        }
    }

    /// <summary>A record with another end; null when it cannot be read or written.</summary>
    public static byte[]? WithEnd(ReadOnlySpan<byte> record, SessionFields names, DateTimeOffset expiresAt)
    {
        try
        {
            if (JsonNode.Parse(record, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false }) is not JsonObject fields)
            {
                return null;
            }

            fields[names.ExpiresAt] = Text(expiresAt);
            return JsonSerializer.SerializeToUtf8Bytes(fields);
        }
        catch (Exception unfit) when (unfit is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonObject Compose(JsonObject given, SessionFields names, DateTimeOffset createdAt, DateTimeOffset expiresAt)
    {
        JsonObject record = given.DeepClone().AsObject();
        Rename(record, Default.User, names.User);
        Rename(record, Default.State, names.State);
        Rename(record, Default.Plan, names.Plan);
        Rename(record, Default.Id, names.Id);
        record[names.Id] ??= Guid.CreateVersion7(createdAt).ToString("N");
        record[names.CreatedAt] = Text(createdAt);
        record[names.ExpiresAt] = Text(expiresAt);
        return record;
    }

    private static void Rename(JsonObject record, string from, string to)
    {
        if (from != to && !record.ContainsKey(to) && record.TryGetPropertyValue(from, out JsonNode? value))
        {
            record.Remove(from);
            record[to] = value;
        }
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", null);
}
