using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Sessions;

/// <summary>The headers by which a destination learns who the session is. Only the gateway may set them.</summary>
internal sealed class ForwardedFields(IReadOnlyDictionary<string, string> forward)
{
    private readonly KeyValuePair<string, string>[] _forward = [.. forward];
    private readonly HashSet<string> _names = new(forward.Keys, HeaderLookAlike.Comparer);

    /// <summary>Takes away what the client sent under these names, or under a name that a destination may confuse with one of them.</summary>
    public void Strip(IHeaderDictionary headers)
    {
        if (_forward.Length == 0)
        {
            return;
        }

        while (FindSpoofed(headers) is { } name)
        {
            headers.Remove(name);
        }
    }

    /// <summary>The headers' values for one record, for <see cref="Add"/>; null for a missing field, or one too long for a header.</summary>
    public string?[] ValuesOf(SessionRecord record) => Array.ConvertAll(
        _forward, forwarded => record.Field(forwarded.Value) is { Length: > 0 } text ? HeaderText.Encode(text) : null);

    /// <summary>Adds the fields that the session has. A null value leaves its header out.</summary>
    public void Add(IHeaderDictionary headers, string?[] values)
    {
        for (int i = 0; i < _forward.Length; i++)
        {
            if (values[i] is { } value)
            {
                headers[_forward[i].Key] = value;
            }
        }
    }

    private string? FindSpoofed(IHeaderDictionary headers)
    {
        foreach ((string name, _) in headers)
        {
            if (_names.Contains(name))
            {
                return name;
            }
        }

        return null;
    }
}
