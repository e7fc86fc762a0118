using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Gateway.Policies.ResponseCaching.Storage;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>Writes the parts of an encoded entry: numbers of 8 bytes, little-endian; texts and bodies with their length before them.</summary>
internal readonly struct EntryWriter(ArrayBufferWriter<byte> buffer)
{
    public void Number(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(buffer.GetSpan(sizeof(long)), value);
        buffer.Advance(sizeof(long));
    }

    public void Text(string value)
    {
        Number(Encoding.UTF8.GetByteCount(value));
        Encoding.UTF8.GetBytes(value, buffer);
    }

    public void Texts(IReadOnlyList<string> values)
    {
        Number(values.Count);
        for (int i = 0; i < values.Count; i++)
        {
            Text(values[i] ?? "");
        }
    }

    public void Body(StoredBody body)
    {
        Number(body.Length);
        for (int i = 0; i < body.Pieces.Count; i++)
        {
            buffer.Write(body.Pieces[i].Span);
        }
    }
}
