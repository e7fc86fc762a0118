using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;
using System.Text;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// An entry as bytes: version, XxHash64 of all that follows, a header block (times, key, fields, how the body lies), the body. Whatever is not exactly that
/// is no entry. Text is UTF-8, which keeps header bytes 0x80–0xFF (read as Latin-1) as they are.
/// </summary>
internal static class EntryCodec
{
    /// <summary>Goes up with every change of the layout: entries of another version are no entries.</summary>
    public const byte Version = 4;

    private const int Preamble = 1 + sizeof(ulong);

    /// <summary>True for what a gateway of a later version wrote: no entry here, but one there.</summary>
    public static bool IsNewer(ReadOnlyMemory<byte> bytes) => bytes.Length > 0 && bytes.Span[0] > Version;

    public static byte[] Encode(CacheEntry entry) => Encode(entry, BodyLayout.Within(entry.Body));

    /// <param name="entry">Its body is written as it is; empty where it lies in chunks.</param>
    /// <param name="layout">How the body lies.</param>
    public static byte[] Encode(CacheEntry entry, BodyLayout layout)
    {
        var buffer = new ArrayBufferWriter<byte>((int)Math.Min(entry.Size + 1024, Array.MaxLength));
        buffer.GetSpan(Preamble)[..Preamble].Clear();
        buffer.Advance(Preamble);
        var writer = new EntryWriter(buffer);
        writer.Text(entry.Uri);
        writer.Text(entry.Variant);
        writer.Texts(entry.VaryNames);
        writer.Text(entry.Route);
        writer.Texts(entry.Tags);
        writer.Number(entry.Status);
        writer.Text(entry.Reason ?? "");
        writer.Number(entry.Stamp);
        writer.Number(entry.Shareable ? 1 : 0);
        writer.Number(entry.Date);
        writer.Number(entry.LastModified ?? long.MinValue);
        writer.Text(entry.ETag ?? "");
        WriteTimes(writer, entry.Times);
        writer.Number(entry.Fields.Length);
        foreach ((string name, StringValues lines) in entry.Fields)
        {
            writer.Text(name);
            writer.Texts(lines.ToArray()!);
        }

        WriteLayout(writer, layout);
        writer.Body(entry.Body);
        byte[] bytes = buffer.WrittenSpan.ToArray();
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), XxHash64.HashToUInt64(bytes.AsSpan(Preamble)));
        return bytes;
    }

    /// <summary>False for anything but an entry of this version, whole and unchanged.</summary>
    public static bool TryDecode(ReadOnlyMemory<byte> bytes, [NotNullWhen(true)] out DecodedEntry? entry)
    {
        entry = null;
        if (bytes.Length <= Preamble || bytes.Span[0] != Version
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[1..]) != XxHash64.HashToUInt64(bytes.Span[Preamble..]))
        {
            return false;
        }

        try
        {
            var reader = new EntryReader(bytes[Preamble..]);
            entry = Read(reader);
            return true;
        }
        catch (Exception wrong) when (wrong is ArgumentException or OverflowException or InvalidDataException or DecoderFallbackException)
        {
            return false;
        }
    }

    private static DecodedEntry Read(EntryReader reader)
    {
        string uri = reader.Text();
        string variant = reader.Text();
        string[] varyNames = reader.Texts();
        string route = reader.Text();
        string[] tags = reader.Texts();
        int status = checked((int)reader.Number());
        string reason = reader.Text();
        long stamp = reader.Number();
        bool shareable = reader.Number() == 1;
        long date = reader.Number();
        long modified = reader.Number();
        string etag = reader.Text();
        var entry = new CacheEntry
        {
            Uri = uri,
            Variant = variant,
            VaryNames = varyNames,
            Route = route,
            Tags = tags,
            Status = status,
            Reason = reason.Length == 0 ? null : reason,
            Stamp = stamp,
            Shareable = shareable,
            Date = date,
            LastModified = modified == long.MinValue ? null : modified,
            ETag = etag.Length == 0 ? null : etag,
            Times = ReadTimes(reader),
            Fields = ReadFields(reader),
            Body = StoredBody.Empty,
        };
        BodyLayout layout = ReadLayout(reader);
        return new DecodedEntry(entry with { Body = reader.Body() }, layout);
    }

    private static void WriteLayout(EntryWriter writer, BodyLayout layout)
    {
        writer.Number(layout.Length);
        writer.Number(layout.Compressed ? 1 : 0);
        writer.Number(layout.Id);
        writer.Number(layout.Chunks);
    }

    private static BodyLayout ReadLayout(EntryReader reader)
    {
        long length = reader.Number();
        bool compressed = reader.Number() == 1;
        long id = reader.Number();
        int chunks = checked((int)reader.Number());
        return length >= 0 && chunks >= BodyLayout.Growing
            ? new BodyLayout(length, compressed, id, chunks)
            : throw new InvalidDataException("A body has no such length, or no such number of chunks.");
    }

    private static void WriteTimes(EntryWriter writer, EntryTimes times)
    {
        writer.Number(times.ResponseTime);
        writer.Number(times.InitialAge);
        writer.Number(times.Lifetime);
        writer.Number((int)times.Source);
        writer.Number(times.StaleWhileRevalidate);
        writer.Number(times.StaleIfError);
        writer.Number(times.StaleIfDisconnected);
        writer.Number((times.AlwaysValidate ? 1 : 0) | (times.NeverStale ? 2 : 0));
    }

    private static EntryTimes ReadTimes(EntryReader reader)
    {
        var times = new EntryTimes
        {
            ResponseTime = reader.Number(),
            InitialAge = reader.Number(),
            Lifetime = reader.Number(),
            Source = (LifetimeSource)reader.Number(),
            StaleWhileRevalidate = reader.Number(),
            StaleIfError = reader.Number(),
            StaleIfDisconnected = reader.Number(),
        };
        long flags = reader.Number();
        return times with { AlwaysValidate = (flags & 1) != 0, NeverStale = (flags & 2) != 0 };
    }

    private static KeyValuePair<string, StringValues>[] ReadFields(EntryReader reader)
    {
        var fields = new KeyValuePair<string, StringValues>[reader.Count()];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = KeyValuePair.Create(reader.Text(), reader.Values());
        }

        return fields;
    }
}
