using System.Text.Json;

namespace Gateway.Policies.Sessions;

/// <summary>A session record, read and understood.</summary>
internal sealed class SessionRecord
{
    /// <summary>A larger value is no session record.</summary>
    public const int MaxBytes = 256 * 1024;

    private readonly JsonElement _root;

    private SessionRecord(JsonElement root, SessionFields fields, int size)
    {
        _root = root;
        Size = size;
        User = Field(fields.User) is { Length: > 0 } user ? user : null;
        State = Field(fields.State);
    }

    /// <summary>Bytes the record has in the store.</summary>
    public int Size { get; }

    public string? User { get; }

    public string? State { get; }

    public DateTimeOffset? ExpiresAt { get; private init; }

    /// <summary>Null when <paramref name="value"/> is no JSON object or its expiry names no point in time.</summary>
    public static SessionRecord? Read(ReadOnlySpan<byte> value, SessionFields fields)
    {
        if (value.Length > MaxBytes)
        {
            return null;
        }

        try
        {
            JsonElement root = JsonElement.Parse(value);
            return root.ValueKind is JsonValueKind.Object ? Read(root, fields, value.Length) : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string that is no Unicode, found only when it is read.
            return null;
        }
    }

    /// <summary>
    /// A field as text: a string's value, another value's JSON; null when it is missing or null. <paramref name="name"/> is a field of
    /// the record or, where there is none of that name, a path through nested objects: <c>user.id</c>.
    /// </summary>
    public string? Field(string name)
    {
        try
        {
            return TryFind(name, out JsonElement element) ? Text(element) : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static SessionRecord? Read(JsonElement root, SessionFields fields, int size)
    {
        bool ends = root.TryGetProperty(fields.ExpiresAt, out JsonElement end) && end.ValueKind is not JsonValueKind.Null;
        DateTimeOffset expiresAt = default;
        return ends && !SessionTime.TryRead(end, out expiresAt)
            ? null
            : new SessionRecord(root, fields, size) { ExpiresAt = ends ? expiresAt : null };
    }

    private static string? Text(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => element.GetString(),
        _ => element.GetRawText(),
    };

    private bool TryFind(string name, out JsonElement element) =>
        _root.TryGetProperty(name, out element) || (name.Contains('.', StringComparison.Ordinal) && TryWalk(name, out element));

    private bool TryWalk(string path, out JsonElement element)
    {
        element = _root;
        foreach (Range step in path.AsSpan().Split('.'))
        {
            if (element.ValueKind is not JsonValueKind.Object || !element.TryGetProperty(path.AsSpan(step), out element))
            {
                return false;
            }
        }

        return true;
    }
}
