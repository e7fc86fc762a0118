using System.Security.Cryptography;
using System.Text;
using Gateway.Policies.Redis;
using StackExchange.Redis;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>What entries are called in Redis: hashes, so that a name has one length whatever the URI.</summary>
internal sealed class EntryNames(RedisLink redis)
{
    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(redis.KeyPrefix + "c:1:");
    private readonly NamedVariant?[] _variants = new NamedVariant?[512];

    /// <summary>The hash of a URI's entries.</summary>
    public RedisKey KeyOf(string uri)
    {
        byte[] key = new byte[_prefix.Length + (2 * SHA256.HashSizeInBytes)];
        _prefix.CopyTo(key, 0);
        Convert.TryToHexStringLower(Hash(uri, stackalloc byte[SHA256.HashSizeInBytes]), key.AsSpan(_prefix.Length), out _);
        return key;
    }

    /// <summary>The field of a variant. Most requests of a route ask for the same few, so they are remembered.</summary>
    public string FieldOf(string variant)
    {
        ref NamedVariant? place = ref _variants[(uint)variant.GetHashCode(StringComparison.Ordinal) % (uint)_variants.Length];
        NamedVariant? known = Volatile.Read(ref place);
        if (known?.Variant != variant)
        {
            known = new NamedVariant(variant, HexOf(variant));
            Volatile.Write(ref place, known);
        }

        return known.Field;
    }

    /// <summary>Where the chunks of a variant's body lie.</summary>
    public static string PlaceOf(string uri, string field) => $"{HexOf(uri)}:{field.AsSpan(0, 16)}";

    private static string HexOf(string text) => Convert.ToHexStringLower(Hash(text, stackalloc byte[SHA256.HashSizeInBytes]));

    private static Span<byte> Hash(string text, Span<byte> hash)
    {
        int length = Encoding.UTF8.GetMaxByteCount(text.Length);
        Span<byte> bytes = length <= 1024 ? stackalloc byte[length] : new byte[length];
        SHA256.HashData(bytes[..Encoding.UTF8.GetBytes(text, bytes)], hash);
        return hash;
    }

    private sealed record NamedVariant(string Variant, string Field);
}
