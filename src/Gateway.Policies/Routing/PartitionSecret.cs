using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.Policies.Routing;

/// <summary>
/// Turns what identifies a client (a token, a key, an address) into 128 bits that can be kept, compared and sent to Redis in its
/// place. The secret is this process's own random one until all gateways of one Redis have agreed on theirs.
/// </summary>
public sealed class PartitionSecret
{
    /// <summary>Length of a secret in bytes.</summary>
    public const int Length = 32;

    /// <summary>Keying HMAC costs as much as hashing: each thread keeps it keyed with the secret it last used.</summary>
    [ThreadStatic]
    private static KeyedHmac? _keyed;

    private volatile byte[] _secret = RandomNumberGenerator.GetBytes(Length);
    private volatile bool _agreed;

    /// <summary>
    /// True: no other process ever learns this secret, so that no hash needs to be one-way. Default false: it may come to lie in Redis, where
    /// hashes lie beside it.
    /// </summary>
    public bool IsPrivate { get; init; }

    /// <summary>True once the secret is the one of all gateways that share a Redis.</summary>
    public bool IsAgreed => _agreed;

    /// <summary>
    /// Stands for a credential: HMAC-SHA256 (RFC 2104), cut to half. The secret lies in Redis, so it is the one-way hash, not the
    /// secret, that keeps credentials from Redis's readers. The same at every gateway once the secret is agreed. With a private secret
    /// as <see cref="HashPublic"/>.
    /// </summary>
    public UInt128 Hash(ReadOnlySpan<byte> identity)
    {
        if (IsPrivate)
        {
            return HashPublic(identity);
        }

        byte[] secret = _secret;
        KeyedHmac keyed = _keyed is { } kept && ReferenceEquals(kept.Secret, secret) ? kept : _keyed = new KeyedHmac(secret);
        return keyed.Hash(identity);
    }

    /// <summary>
    /// Stands for what is no credential, or with a private secret for anything, at a twentieth of the cost: unpredictable for clients
    /// (<see cref="SipHash"/>), but not one-way for who knows the secret.
    /// </summary>
    public UInt128 HashPublic(ReadOnlySpan<byte> identity) => SipHash.Hash(_secret, identity);

    /// <summary>What this process proposes when the gateways have no secret yet, or their Redis lost it.</summary>
    internal byte[] Proposal => _secret;

    /// <summary>Takes the secret that the gateways agreed on.</summary>
    /// <exception cref="InvalidOperationException">The secret is private.</exception>
    internal void Agree(ReadOnlySpan<byte> secret)
    {
        if (IsPrivate)
        {
            throw new InvalidOperationException("A private secret is agreed on with nobody.");
        }

        if (!secret.SequenceEqual(_secret))
        {
            _secret = secret.ToArray();
        }

        _agreed = true;
    }

    private sealed class KeyedHmac(byte[] secret)
    {
        private const int Kept = 1024;
        private readonly IncrementalHash _hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);

        /// <summary>What was hashed last: callers come again and again. Under the keyed hash of the identity, never the identity.</summary>
        private readonly (UInt128 Identity, UInt128 Hash)[] _kept = new (UInt128, UInt128)[Kept];

        public byte[] Secret { get; } = secret;

        public UInt128 Hash(ReadOnlySpan<byte> identity)
        {
            UInt128 name = SipHash.Hash(Secret, identity);
            ref (UInt128 Identity, UInt128 Hash) kept = ref _kept[(int)((ulong)name & (Kept - 1))];
            if (kept.Identity != name || name == UInt128.Zero)
            {
                Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
                _hmac.AppendData(identity);
                _hmac.GetHashAndReset(hash);
                kept = (name, BinaryPrimitives.ReadUInt128LittleEndian(hash));
            }

            return kept.Hash;
        }
    }
}
