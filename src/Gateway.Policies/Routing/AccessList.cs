using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.Routing;

/// <summary>A list of clients, by network or by the value of a header; compiled once when the configuration loads.</summary>
internal sealed class AccessList
{
    private readonly IPNetwork[] _networks;
    private readonly (string Header, FrozenSet<UInt128> Hashes)[] _keys;

    private AccessList(IPNetwork[] networks, (string, FrozenSet<UInt128>)[] keys) => (_networks, _keys) = (networks, keys);

    /// <summary>Null for a list without entries: there is nothing to ask.</summary>
    public static AccessList? Compile(IEnumerable<AccessEntry> entries)
    {
        AccessEntry[] all = [.. entries.Distinct()];
        IPNetwork[] networks = [.. all.Where(entry => entry.Network is not null).Select(entry => entry.Network!.Value)];
        var keys = all.Where(entry => entry.Header is not null)
            .GroupBy(entry => entry.Header!, StringComparer.OrdinalIgnoreCase)
            .Select(header => (header.Key, header.Select(entry => Half(Convert.FromHexString(entry.Hash!))).ToFrozenSet()));
        return all.Length == 0 ? null : new AccessList(networks, [.. keys]);
    }

    /// <summary>True when an entry names the request's client, or one of its header values.</summary>
    public bool Contains(HttpContext context, IReadOnlyList<IPNetwork> trustedProxies) =>
        (_networks.Length > 0 && ClientAddress.IsTrusted(ClientAddress.Of(context, trustedProxies), _networks)) || HasKey(context.Request.Headers);

    private bool HasKey(IHeaderDictionary headers)
    {
        foreach ((string header, FrozenSet<UInt128> hashes) in _keys)
        {
            StringValues lines = headers[header];
            for (int i = 0; i < lines.Count; i++)
            {
                if (lines[i] is { Length: > 0 and <= AccessEntry.MaxValueLength } line && hashes.Contains(HashOf(line)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Looking a value up by its hash takes the same time however much of it is right.</summary>
    private static UInt128 HashOf(string value)
    {
        Span<byte> text = stackalloc byte[value.Length * 3];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..Encoding.UTF8.GetBytes(value, text)], hash);
        return Half(hash);
    }

    private static UInt128 Half(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
