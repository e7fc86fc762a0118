using FsCheck;
using FsCheck.Fluent;
using Gateway.Policies.ResponseCaching.Redis;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.Redis;

public sealed class EntryCodecTests
{
    private static readonly byte[] Encoded = EntryCodec.Encode(Entries.Of("http://h/a", "body", ["accept"], new() { ["Accept"] = "x" }) with { Reason = "Fine" });

    [Fact]
    public void Entry_EncodedAndDecoded_IsTheSame()
    {
        Assert.True(EntryCodec.TryDecode(Encoded, out DecodedEntry? decoded));
        CacheEntry entry = decoded.Value.Entry;
        Assert.Equal(Encoded, EntryCodec.Encode(entry, decoded.Value.Layout));
        Assert.Equal("body", Entries.TextOf(entry));
        Assert.Equal("Fine", entry.Reason);
        Assert.Equal("caf\u00e9", entry.Fields[0].Value.ToString());
    }

    [Fact]
    public void Entry_WithAnyByteChanged_IsNoEntry()
    {
        for (int i = 0; i < Encoded.Length; i++)
        {
            byte[] changed = [.. Encoded];
            changed[i] ^= 0x10;
            Assert.False(EntryCodec.TryDecode(changed, out _), $"byte {i}");
        }
    }

    [Fact]
    public void Entry_CutAnywhere_IsNoEntry()
    {
        for (int length = 0; length < Encoded.Length; length++)
        {
            Assert.False(EntryCodec.TryDecode(Encoded.AsMemory(0, length), out _), $"{length} bytes");
        }
    }

    [Fact]
    public void Decode_OfBytesWithAValidHash_NeverThrows() => Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
    {
        byte[] value = [EntryCodec.Version, .. BitConverter.GetBytes(System.IO.Hashing.XxHash64.HashToUInt64(bytes)), .. bytes];
        return !EntryCodec.TryDecode(value, out _);
    }));

    [Fact]
    public void Decode_OfAnEntryWhoseLengthsLie_NeverThrows()
    {
        for (int i = 9; i < Encoded.Length; i++)
        {
            byte[] changed = [.. Encoded];
            changed[i] = 0xFF;
            BitConverter.GetBytes(System.IO.Hashing.XxHash64.HashToUInt64(changed.AsSpan(9))).CopyTo(changed, 1);
            EntryCodec.TryDecode(changed, out _);
        }
    }
}
