using System.Globalization;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// Reads a dictionary of structured fields (RFC 9651 §4.2.2) member by member. Integers and booleans have their value; every other
/// well-formed item, inner list or parameter is passed over.
/// </summary>
internal ref struct StructuredDictionaryReader(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text.Trim(' ');
    private bool _begun;

    public ReadOnlySpan<char> Key { get; private set; }

    /// <summary>The member's value when it is an integer.</summary>
    public long? Integer { get; private set; }

    /// <summary>The member's value when it is a string, as it is written between its quotes; else empty.</summary>
    public ReadOnlySpan<char> Text { get; private set; }

    /// <summary>True for <c>key</c> alone and for <c>key=?1</c>.</summary>
    public bool IsTrue { get; private set; }

    /// <summary>True once the text turned out not to be a dictionary.</summary>
    public bool Failed { get; private set; }

    public bool Read()
    {
        if (Failed || _rest.IsEmpty)
        {
            return false;
        }

        Failed = !(Separator() && ReadKey() && ReadValue() && SkipParameters());
        _begun = true;
        return !Failed;
    }

    private bool Separator()
    {
        if (!_begun)
        {
            return true;
        }

        _rest = _rest.TrimStart(" \t");
        if (_rest.IsEmpty || _rest[0] != ',')
        {
            return false;
        }

        _rest = _rest[1..].TrimStart(" \t");
        return !_rest.IsEmpty;
    }

    private bool ReadKey()
    {
        int length = 0;
        while (length < _rest.Length && IsKey(_rest[length], first: length == 0))
        {
            length++;
        }

        Key = _rest[..length];
        _rest = _rest[length..];
        return length > 0;
    }

    private bool ReadValue()
    {
        Integer = null;
        Text = default;
        IsTrue = true;
        if (_rest.IsEmpty || _rest[0] != '=')
        {
            return true;
        }

        _rest = _rest[1..];
        IsTrue = _rest.StartsWith("?1");
        if (!_rest.IsEmpty && _rest[0] == '(')
        {
            return SkipInnerList();
        }

        ReadOnlySpan<char> item = _rest;
        if (!SkipItem())
        {
            return false;
        }

        item = item[..^_rest.Length];
        Text = item[0] == '"' ? item[1..^1] : default;
        bool number = item[0] is '-' or (>= '0' and <= '9') && !item.Contains('.');
        Integer = number ? long.Parse(item, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : null;
        return true;
    }

    private bool SkipParameters()
    {
        while (!_rest.IsEmpty && _rest[0] == ';')
        {
            ReadOnlySpan<char> key = Key;
            _rest = _rest[1..].TrimStart(' ');
            bool read = ReadKey();
            Key = key;
            if (!read)
            {
                return false;
            }

            if (!_rest.IsEmpty && _rest[0] == '=')
            {
                _rest = _rest[1..];
                if (!SkipItem())
                {
                    return false;
                }
            }
        }

        return true;
    }

    private bool SkipInnerList()
    {
        _rest = _rest[1..];
        while (true)
        {
            _rest = _rest.TrimStart(' ');
            if (_rest.IsEmpty)
            {
                return false;
            }

            if (_rest[0] == ')')
            {
                _rest = _rest[1..];
                return true;
            }

            if (!SkipItem() || !SkipParameters() || _rest.IsEmpty || _rest[0] is not (' ' or ')'))
            {
                return false;
            }
        }
    }

    private bool SkipItem()
    {
        int length = _rest.IsEmpty ? 0 : _rest[0] switch
        {
            '"' => StringLength(_rest),
            '?' => _rest.Length > 1 && _rest[1] is '0' or '1' ? 2 : 0,
            ':' => BinaryLength(_rest),
            '-' or (>= '0' and <= '9') => NumberLength(_rest),
            '*' => TokenLength(_rest),
            var first when char.IsAsciiLetter(first) => TokenLength(_rest),
            _ => 0,
        };
        _rest = _rest[length..];
        return length > 0;
    }

    private static int BinaryLength(ReadOnlySpan<char> text)
    {
        int end = text[1..].IndexOf(':');
        return end < 0 ? 0 : end + 2;
    }

    private static int StringLength(ReadOnlySpan<char> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                return i + 1;
            }

            if (text[i] == '\\' && (++i >= text.Length || text[i] is not ('"' or '\\')))
            {
                return 0;
            }
        }

        return 0;
    }

    /// <summary>Zero when it is no number: at most 15 digits, or 12 and 3 after the point.</summary>
    private static int NumberLength(ReadOnlySpan<char> text)
    {
        int start = text[0] == '-' ? 1 : 0;
        int whole = DigitsAt(text[start..]);
        int end = start + whole;
        if (end == text.Length || text[end] != '.')
        {
            return whole is >= 1 and <= 15 ? end : 0;
        }

        int fraction = DigitsAt(text[(end + 1)..]);
        return whole is >= 1 and <= 12 && fraction is >= 1 and <= 3 ? end + 1 + fraction : 0;
    }

    private static int DigitsAt(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAnyExceptInRange('0', '9');
        return end < 0 ? text.Length : end;
    }

    private static int TokenLength(ReadOnlySpan<char> text)
    {
        int length = 1;
        while (length < text.Length && (char.IsAsciiLetterOrDigit(text[length]) || "!#$%&'*+-.^_`|~:/".Contains(text[length])))
        {
            length++;
        }

        return length;
    }

    private static bool IsKey(char c, bool first) =>
        char.IsAsciiLetterLower(c) || c == '*' || (!first && (char.IsAsciiDigit(c) || c is '_' or '-' or '.'));
}
