using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gateway.Policies.Sessions;

/// <summary>The key under which sessions are hashed, so that their identity can be kept and compared where a token must not stand.</summary>
internal sealed class SessionSecret
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>HMAC-SHA256, cut to 128 bits, of a record's key: of the token and of what kind of session it is.</summary>
    public UInt128 Hash(string key)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, MemoryMarshal.AsBytes(key.AsSpan()), hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
