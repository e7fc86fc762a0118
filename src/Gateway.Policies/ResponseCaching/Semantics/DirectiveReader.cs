using System.Buffers;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>
/// Reads one line of Cache-Control, directive by directive (RFC 9111 §5.2): <c>name</c>, <c>name=token</c> or <c>name="quoted"</c>,
/// separated by commas. A comma inside a quoted string separates nothing. What follows no grammar is skipped to the next comma.
/// </summary>
internal ref struct DirectiveReader(ReadOnlySpan<char> line)
{
    private static readonly SearchValues<char> EndOfName = SearchValues.Create(",=");
    private static readonly SearchValues<char> EndOfPart = SearchValues.Create(",\"");
    private ReadOnlySpan<char> _rest = line;

    /// <summary>The directive's name, as it was written.</summary>
    public ReadOnlySpan<char> Name { get; private set; }

    /// <summary>Its argument without quotes; empty where there is none.</summary>
    public ReadOnlySpan<char> Argument { get; private set; }

    /// <summary>True when a <c>=</c> followed the name.</summary>
    public bool HasArgument { get; private set; }

    public bool Read()
    {
        _rest = _rest.TrimStart(" \t,");
        if (_rest.IsEmpty)
        {
            return false;
        }

        int end = _rest.IndexOfAny(EndOfName);
        HasArgument = end >= 0 && _rest[end] == '=';
        Name = (end < 0 ? _rest : _rest[..end]).TrimEnd(" \t");
        Argument = default;
        _rest = end < 0 ? default : _rest[end..];
        if (HasArgument)
        {
            // "max-age =5" and "max-age= 5" follow no grammar: the argument is then not a number, and the response stale.
            bool spaced = end > 0 && Name.Length < end;
            _rest = _rest[1..];
            Argument = ReadArgument();
            Argument = spaced ? " " : Argument;
        }

        return true;
    }

    private ReadOnlySpan<char> ReadArgument()
    {
        ReadOnlySpan<char> all = _rest;
        int length = 0;
        while (length < all.Length && all[length] != ',')
        {
            length += all[length] == '"' ? QuotedLength(all[length..]) : NextPart(all[length..]);
        }

        _rest = all[length..];
        ReadOnlySpan<char> argument = all[..length].TrimEnd(" \t");
        bool quoted = argument.Length >= 2 && argument[0] == '"' && QuotedLength(argument) == argument.Length && argument[^1] == '"';
        return quoted ? argument[1..^1] : argument;
    }

    private static int NextPart(ReadOnlySpan<char> text)
    {
        int end = text.IndexOfAny(EndOfPart);
        return end < 0 ? text.Length : end;
    }

    /// <summary>The length of the quoted string at the start of <paramref name="text"/>; of all of it when the string never ends.</summary>
    private static int QuotedLength(ReadOnlySpan<char> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i + 1;
            }
        }

        return text.Length;
    }
}
