using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Gateway.Configuration.Mistakes;

namespace Gateway.Configuration.Settings;

/// <summary>
/// Reads a JSON file into the tree of settings, with line and column of every value. Comments, trailing commas and a byte order
/// mark are accepted. Never throws on content: what cannot be read is a mistake.
/// </summary>
internal ref struct JsonSettings
{
    private const int DeepestPath = 16;
    private readonly LineIndex _lines;
    private readonly MistakeList _mistakes;
    private readonly int _skipped;
    private readonly int _end;
    private Utf8JsonReader _reader;

    private JsonSettings(byte[] text, int skipped, LineIndex lines, MistakeList mistakes)
    {
        (_lines, _mistakes, _skipped, _end) = (lines, mistakes, skipped, text.AsSpan().TrimEnd(" \t\r\n"u8).Length);
        _reader = new Utf8JsonReader(
            text.AsSpan(skipped),
            new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
    }

    private readonly SettingOrigin Here => _lines.At(_skipped + _reader.TokenStartIndex);

    /// <summary>The file's settings; null after a mistake that leaves nothing to go on with.</summary>
    /// <param name="text">The file's bytes.</param>
    /// <param name="source">The file's name in messages.</param>
    public static SettingNode? Read(byte[] text, string source, MistakeList mistakes)
    {
        var lines = new LineIndex(text, source);
        int skipped = text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        if (Unreadable(text, skipped, lines) is { } mistake)
        {
            mistakes.Add(mistake);
            return null;
        }

        return new JsonSettings(text, skipped, lines, mistakes).ReadRoot();
    }

    private static ConfigMistake? Unreadable(byte[] text, int skipped, LineIndex lines)
    {
        if (text.AsSpan(skipped).Trim(" \t\r\n\0"u8).IsEmpty)
        {
            return new ConfigMistake(lines.At(0), "", "the file is empty", "a JSON object with \"Gateway\" and \"ReverseProxy\"");
        }

        int invalid = InvalidUtf8At(text);
        return invalid < 0 ? null : new ConfigMistake(lines.At(invalid), "", "the file is not UTF-8", "a file saved as UTF-8");
    }

    private static int InvalidUtf8At(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return -1;
        }

        int at = 0;
        while (Rune.DecodeFromUtf8(text[at..], out _, out int length) is System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }

    private SettingNode? ReadRoot()
    {
        try
        {
            _reader.Read();
            SettingNode root = SettingNode.Root(Here);
            if (_reader.TokenType is not JsonTokenType.StartObject)
            {
                _mistakes.Add(root, "the file is not a JSON object", "{ \"Gateway\": { … }, \"ReverseProxy\": { … } }");
                return null;
            }

            ReadObject(root);
            // Finds text after the closing brace.
            _reader.Read();
            return root;
        }
        catch (JsonException bad)
        {
            _mistakes.Add(Broken(bad));
            return null;
        }
    }

    private void ReadObject(SettingNode node)
    {
        var places = new Dictionary<string, SettingOrigin>(StringComparer.OrdinalIgnoreCase);
        while (_reader.Read() && _reader.TokenType is JsonTokenType.PropertyName)
        {
            SettingOrigin place = Here;
            string key = Text(node, place);
            if (key.Count(letter => letter == ':') >= DeepestPath)
            {
                _mistakes.Add(new ConfigMistake(place, node.Path, "the key is too deep", $"up to {DeepestPath} parts joined by \":\""));
                _reader.Skip();
                continue;
            }

            if (!places.TryAdd(key, place))
            {
                SettingNode first = node.Ensure(key.Split(':')[0], place);
                _mistakes.Add(new ConfigMistake(place, first.Path, $"\"{key}\" is here twice, first on line {places[key].Line}", "each key once; case makes no difference"));
                _reader.Skip();
                continue;
            }

            _reader.Read();
            ReadValue(Descend(node, key, place));
        }
    }

    // The framework reads "Gateway:Redis" as two keys; so must this, for both see the same file.
    private static SettingNode Descend(SettingNode node, string key, SettingOrigin place)
    {
        foreach (string part in key.Split(':'))
        {
            node.BecomeParent(place);
            node = node.Ensure(part, place);
        }

        return node;
    }

    private void ReadValue(SettingNode node)
    {
        SettingOrigin here = Here;
        switch (_reader.TokenType)
        {
            case JsonTokenType.StartObject:
                node.BecomeParent(here);
                ReadObject(node);
                break;
            case JsonTokenType.StartArray:
                node.Become(SettingKind.Array, null, here);
                ReadArray(node);
                break;
            case JsonTokenType.String:
                node.Become(SettingKind.Text, Text(node, here), here);
                break;
            case JsonTokenType.Null:
                node.Become(SettingKind.Null, null, here);
                break;
            default:
                node.Become(SettingKind.Literal, Encoding.UTF8.GetString(_reader.ValueSpan), here);
                break;
        }
    }

    private void ReadArray(SettingNode node)
    {
        for (int index = 0; _reader.Read() && _reader.TokenType is not JsonTokenType.EndArray; index++)
        {
            ReadValue(node.Ensure($"{index}", Here));
        }
    }

    private readonly string Text(SettingNode node, SettingOrigin here)
    {
        try
        {
            return _reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: the reader lets "\ud800" pass but cannot make text of it.
            _mistakes.Add(new ConfigMistake(here, node.Path, "a \\u escape is not a whole character", "both halves of a surrogate pair, as \"\\ud83d\\ude00\""));
            return "";
        }
    }

    private readonly ConfigMistake Broken(JsonException bad)
    {
        long line = bad.LineNumber ?? 0;
        long offset = _lines.Offset(line, bad.BytePositionInLine ?? 0) + (line == 0 ? _skipped : 0);
        return offset >= _end
            ? new ConfigMistake(_lines.At(_end), "", "the file ends too early: an object, array or string is not closed")
            : new ConfigMistake(_lines.At(offset), "", $"not valid JSON: {Reason(bad)}");
    }

    private static string Reason(JsonException bad)
    {
        int place = bad.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = place < 0 ? bad.Message : bad.Message[..place];
        return reason.Replace("Change the reader options.", "", StringComparison.Ordinal).Trim().TrimEnd('.');
    }
}
