using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Sessions;

/// <summary>The headers by which a destination learns who the session is. Only the gateway may set them.</summary>
internal sealed class ForwardedFields(SessionPolicy policy)
{
    private readonly KeyValuePair<string, string>[] _forward = [.. policy.Forward];
    private readonly IdentitySignature? _signature = policy.Sign is { } sign ? new IdentitySignature(sign, policy.Forward.Keys) : null;
    private readonly HashSet<string> _names = new(NamesOf(policy), HeaderLookAlike.Comparer);

    /// <summary>A bit for the length of each name: look-alikes have the same, most other fields of a request have another.</summary>
    private readonly UInt128 _lengths = NamesOf(policy).Aggregate(UInt128.Zero, static (lengths, name) => lengths | BitOf(name));

    /// <summary>Takes away what the client sent under these names, or under a name that a destination may confuse with one of them.</summary>
    public void Strip(IHeaderDictionary headers)
    {
        if (_names.Count == 0)
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
    public void Add(IHeaderDictionary headers, ValidSession session, TimeProvider time)
    {
        string?[] values = session.Forwarded;
        for (int i = 0; i < _forward.Length; i++)
        {
            if (values[i] is { } value)
            {
                headers[_forward[i].Key] = value;
            }
        }

        if (_signature is not null)
        {
            headers[_signature.Header] = _signature.Of(session, time.GetUtcNow());
        }
    }

    private static IEnumerable<string> NamesOf(SessionPolicy policy) =>
        policy.Sign is { } sign ? policy.Forward.Keys.Append(sign.Header) : policy.Forward.Keys;

    private static UInt128 BitOf(string name) => UInt128.One << Math.Min(name.Length, 127);

    private string? FindSpoofed(IHeaderDictionary headers)
    {
        foreach ((string name, _) in headers)
        {
            if ((_lengths & BitOf(name)) != 0 && _names.Contains(name))
            {
                return name;
            }
        }

        return null;
    }
}
