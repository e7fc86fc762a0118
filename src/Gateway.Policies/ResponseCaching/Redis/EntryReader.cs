using System.Buffers.Binary;
using System.Text;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>Reads what <see cref="EntryWriter"/> wrote. Lengths are checked against what is there before anything is allocated.</summary>
/// <remarks>Every method throws <see cref="InvalidDataException"/> when the bytes end too early.</remarks>
internal sealed class EntryReader(ReadOnlyMemory<byte> bytes)
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ReadOnlyMemory<byte> _rest = bytes;

    public long Number() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)).Span);

    public string Text() => Strict.GetString(Take(Number()).Span);

    public string[] Texts() => Texts(Count());

    /// <summary>As <see cref="Texts()"/>; a single one, as nearly all fields have, without an array around it.</summary>
    public StringValues Values()
    {
        int count = Count();
        return count == 1 ? new StringValues(Text()) : new StringValues(Texts(count));
    }

    /// <summary>A number of things that follow, each of at least 8 bytes.</summary>
    public int Count()
    {
        long count = Number();
        return count >= 0 && count <= _rest.Length / sizeof(long) ? (int)count : throw new InvalidDataException("The count is more than what follows.");
    }

    /// <summary>The rest, which the body fills to the last byte.</summary>
    public StoredBody Body()
    {
        ReadOnlyMemory<byte> body = Take(Number());
        return !_rest.IsEmpty ? throw new InvalidDataException("Bytes follow the body.") : body.IsEmpty ? StoredBody.Empty : new StoredBody([body]);
    }

    private string[] Texts(int count)
    {
        if (count == 0)
        {
            return [];
        }

        var texts = new string[count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Text();
        }

        return texts;
    }

    private ReadOnlyMemory<byte> Take(long length)
    {
        if (length < 0 || length > _rest.Length)
        {
            throw new InvalidDataException("The bytes end too early.");
        }

        ReadOnlyMemory<byte> taken = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return taken;
    }
}
