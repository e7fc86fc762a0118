using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.RateLimiting;

/// <summary>
/// Names a partition by 128 bits: the keyed hash of the policy's name and of every part's source and value, each with its length
/// before it, so that no two partitions are written alike. Values that may be credentials are hashed on
/// their own before (<see cref="PartitionSecret.Hash"/>).
/// </summary>
internal static class PartitionKey
{
    private const int StackBytes = 512;
    private const int HashBytes = 16;

    /// <summary>The partition that <paramref name="context"/>'s request falls into.</summary>
    public static UInt128 Of(RateLimitPolicy policy, RoutePolicies route, HttpContext context, PartitionSecret secret)
    {
        var writer = new Writer(stackalloc byte[StackBytes], secret);
        writer.Write(policy.Name);
        for (int i = 0; i < policy.PartitionBy.Count; i++)
        {
            writer.Write(PartitionReader.Read(policy.PartitionBy[i], policy, route, context));
        }

        return writer.Hash();
    }

    /// <summary>The partition of these values.</summary>
    public static UInt128 Of(string policy, ReadOnlySpan<PartitionValue> values, PartitionSecret secret)
    {
        var writer = new Writer(stackalloc byte[StackBytes], secret);
        writer.Write(policy);
        foreach (ref readonly PartitionValue value in values)
        {
            writer.Write(value);
        }

        return writer.Hash();
    }

    private ref struct Writer(Span<byte> first, PartitionSecret secret)
    {
        private Span<byte> _buffer = first;
        private byte[]? _rented;
        private int _length;

        public void Write(string text)
        {
            int bytes = Encoding.UTF8.GetMaxByteCount(text.Length);
            Reserve(sizeof(int) + bytes);
            int written = Encoding.UTF8.GetBytes(text, _buffer[(_length + sizeof(int))..]);
            BinaryPrimitives.WriteInt32LittleEndian(_buffer[_length..], written);
            _length += sizeof(int) + written;
        }

        public void Write(in PartitionValue value)
        {
            Reserve(1);
            _buffer[_length++] = (byte)value.Source;
            int start = _length;
            Write(value.Text);
            if (value.Source is PartitionSource.Header or PartitionSource.Cookie or PartitionSource.Query)
            {
                UInt128 hash = secret.Hash(_buffer[start.._length]);
                _length = start;
                Reserve(HashBytes);
                BinaryPrimitives.WriteUInt128LittleEndian(_buffer[_length..], hash);
                _length += HashBytes;
            }
        }

        public UInt128 Hash()
        {
            UInt128 hash = secret.HashPublic(_buffer[.._length]);
            if (_rented is not null)
            {
                ArrayPool<byte>.Shared.Return(_rented, clearArray: true);
            }

            return hash;
        }

        private void Reserve(int bytes)
        {
            if (_length + bytes <= _buffer.Length)
            {
                return;
            }

            byte[] larger = ArrayPool<byte>.Shared.Rent((_length + bytes) * 2);
            _buffer[.._length].CopyTo(larger);
            if (_rented is not null)
            {
                ArrayPool<byte>.Shared.Return(_rented, clearArray: true);
            }

            _rented = larger;
            _buffer = larger;
        }
    }
}
