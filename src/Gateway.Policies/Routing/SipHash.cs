using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Gateway.Policies.Routing;

/// <summary>
/// SipHash-2-4 with 128 bits of output (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012, and its reference code): without
/// the key nobody can tell what an input hashes to or find two that hash alike. It is no one-way function for those who know the key.
/// </summary>
internal static class SipHash
{
    /// <summary>Length of the key in bytes; of a longer key the first bytes count.</summary>
    public const int KeyLength = 16;

    public static UInt128 Hash(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        ulong k0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        ulong k1 = BinaryPrimitives.ReadUInt64LittleEndian(key[8..]);
        var state = new State(k0, k1);
        ulong length = (ulong)data.Length << 56;
        while (data.Length >= sizeof(ulong))
        {
            state.Take(BinaryPrimitives.ReadUInt64LittleEndian(data));
            data = data[sizeof(ulong)..];
        }

        Span<byte> rest = stackalloc byte[sizeof(ulong)];
        rest.Clear();
        data.CopyTo(rest);
        state.Take(BinaryPrimitives.ReadUInt64LittleEndian(rest) | length);
        ulong lower = state.Finish(mark2: 0xEE, mark1: 0);
        ulong upper = state.Finish(mark2: 0, mark1: 0xDD);
        return new UInt128(upper, lower);
    }

    private struct State(ulong k0, ulong k1)
    {
        private ulong _v0 = k0 ^ 0x736F6D6570736575;
        private ulong _v1 = k1 ^ 0x646F72616E646F6D ^ 0xEE;
        private ulong _v2 = k0 ^ 0x6C7967656E657261;
        private ulong _v3 = k1 ^ 0x7465646279746573;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Take(ulong word)
        {
            _v3 ^= word;
            Round();
            Round();
            _v0 ^= word;
        }

        public ulong Finish(ulong mark2, ulong mark1)
        {
            _v2 ^= mark2;
            _v1 ^= mark1;
            for (int i = 0; i < 4; i++)
            {
                Round();
            }

            return _v0 ^ _v1 ^ _v2 ^ _v3;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Round()
        {
            _v0 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 13) ^ _v0;
            _v0 = BitOperations.RotateLeft(_v0, 32);
            _v2 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 16) ^ _v2;
            _v0 += _v3;
            _v3 = BitOperations.RotateLeft(_v3, 21) ^ _v0;
            _v2 += _v1;
            _v1 = BitOperations.RotateLeft(_v1, 17) ^ _v2;
            _v2 = BitOperations.RotateLeft(_v2, 32);
        }
    }
}
