using System.Text;

namespace Gateway.Configuration.Settings;

/// <summary>Turns byte offsets in a UTF-8 text into lines and columns.</summary>
internal sealed class LineIndex
{
    private readonly byte[] _text;
    private readonly string _source;
    private readonly List<int> _starts = [0];

    public LineIndex(byte[] text, string source)
    {
        (_text, _source) = (text, source);
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == (byte)'\n')
            {
                _starts.Add(i + 1);
            }
        }
    }

    /// <summary>The offset of a byte in a line, both counted from 0.</summary>
    public long Offset(long line, long byteInLine) => _starts[(int)Math.Min(line, _starts.Count - 1)] + byteInLine;

    public SettingOrigin At(long offset)
    {
        int end = (int)Math.Clamp(offset, 0, _text.Length);
        int found = _starts.BinarySearch(end);
        int line = found >= 0 ? found : ~found - 1;
        int column = Encoding.UTF8.GetCharCount(_text, _starts[line], end - _starts[line]);
        return new SettingOrigin(_source, line + 1, column + 1);
    }
}
