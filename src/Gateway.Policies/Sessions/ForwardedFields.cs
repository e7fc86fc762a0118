using Gateway.Policies.Routing;
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

    /// <summary>Adds the fields that the session has. A missing one, or one too long for a header, leaves its header out.</summary>
    public void Add(IHeaderDictionary headers, RequestSession session)
    {
        foreach ((string name, string field) in _forward)
        {
            if (session.Field(field) is { Length: > 0 } text && HeaderText.Encode(text) is { } value)
            {
                headers[name] = value;
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
