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

    /// <summary>When it ends: its own expiry, or the longest life since it was created, whichever is sooner.</summary>
    public DateTimeOffset? ExpiresAt { get; private init; }

    /// <summary>Null when <paramref name="value"/> is no JSON object or one of its times names no point in time.</summary>
    /// <param name="value">UTF-8.</param>
    /// <param name="fields">Where the record keeps what.</param>
    /// <param name="maxLifetime">Counted from its creation; a record that does not tell that has ended. Null: no such bound.</param>
    public static SessionRecord? Read(ReadOnlySpan<byte> value, SessionFields fields, TimeSpan? maxLifetime = null)
    {
        if (value.Length > MaxBytes)
        {
            return null;
        }

        try
        {
            JsonElement root = JsonElement.Parse(value);
            return root.ValueKind is JsonValueKind.Object ? Read(root, fields, maxLifetime, value.Length) : null;
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

    /// <summary>True when a field is one of <paramref name="values"/>, or an array that has one of them.</summary>
    public bool HasAny(string name, IReadOnlyList<string> values)
    {
        try
        {
            return TryFind(name, out JsonElement element)
                && (element.ValueKind is JsonValueKind.Array
                    ? element.EnumerateArray().Any(item => Text(item) is { } text && values.Contains(text))
                    : Text(element) is { } only && values.Contains(only));
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static SessionRecord? Read(JsonElement root, SessionFields fields, TimeSpan? maxLifetime, int size)
    {
        if (!TryTime(root, fields.ExpiresAt, out DateTimeOffset? end))
        {
            return null;
        }

        if (maxLifetime is { } longest)
        {
            if (!TryTime(root, fields.CreatedAt, out DateTimeOffset? created))
            {
                return null;
            }

            DateTimeOffset last = created is null ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue - created < longest ? DateTimeOffset.MaxValue : created.Value + longest;
            end = end < last ? end : last;
        }

        return new SessionRecord(root, fields, size) { ExpiresAt = end };
    }

    // Null: there is none. False: there is something else.
    private static bool TryTime(JsonElement root, string name, out DateTimeOffset? time)
    {
        bool has = root.TryGetProperty(name, out JsonElement element) && element.ValueKind is not JsonValueKind.Null;
        DateTimeOffset read = default;
        bool fits = !has || SessionTime.TryRead(element, out read);
        time = has && fits ? read : null;
        return fits;
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
