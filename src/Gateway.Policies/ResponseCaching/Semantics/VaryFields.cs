using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>The request fields a response was selected by (RFC 9110 §12.5.5): lower case, each once, in order.</summary>
internal sealed class VaryFields
{
    /// <summary>More names than this are refused: such a response is not stored.</summary>
    private const int MaxNames = 32;

    private VaryFields(string[] names, bool any)
    {
        Names = names;
        IsAny = any;
    }

    public static VaryFields None { get; } = new([], any: false);

    /// <summary>What is never reused (RFC 9111 §4.1): <c>*</c> stands somewhere in the field, or it names too much.</summary>
    public static VaryFields Any { get; } = new([], any: true);

    public bool IsAny { get; }

    public string[] Names { get; }

    /// <summary>Reads all lines; a <c>*</c> in any of them, alone or among names, counts.</summary>
    public static VaryFields Parse(StringValues lines)
    {
        if (lines.Count == 0)
        {
            return None;
        }

        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string? line in lines)
        {
            foreach (string name in (line ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                names.Add(name.ToLowerInvariant());
            }
        }

        return names.Contains("*") || names.Count > MaxNames ? Any : Of(names);
    }

    public static VaryFields Of(IEnumerable<string> sortedNames)
    {
        string[] names = [.. sortedNames];
        return names.Length == 0 ? None : new VaryFields(names, any: false);
    }

    public bool Equals(VaryFields other) => IsAny == other.IsAny && Names.AsSpan().SequenceEqual(other.Names);
}
