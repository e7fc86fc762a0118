using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Policies.Routing;

/// <summary>
/// Turns what identifies a client (a token, a key, an address) into 128 bits that can be kept, compared and sent to Redis in its
/// place: HMAC-SHA256 (RFC 2104), cut to half. The secret is this process's own random one until all gateways of one Redis have
/// agreed on theirs. The secret lies in that Redis, so it is the one-way hash, not the secret, that keeps credentials from its readers.
/// </summary>
public sealed class PartitionSecret
{
    /// <summary>Length of a secret in bytes.</summary>
    public const int Length = 32;

    private volatile byte[] _secret = RandomNumberGenerator.GetBytes(Length);
    private volatile bool _agreed;

    /// <summary>True once the secret is the one of all gateways that share a Redis.</summary>
    public bool IsAgreed => _agreed;

    /// <summary>Stands for <paramref name="identity"/>; the same at every gateway once the secret is agreed.</summary>
    public UInt128 Hash(ReadOnlySpan<byte> identity)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_secret, identity, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }

    /// <summary>What this process proposes when the gateways have no secret yet, or their Redis lost it.</summary>
    internal byte[] Proposal => _secret;

    /// <summary>Takes the secret that the gateways agreed on.</summary>
    internal void Agree(ReadOnlySpan<byte> secret)
    {
        if (!secret.SequenceEqual(_secret))
        {
            _secret = secret.ToArray();
        }

        _agreed = true;
    }
}
