namespace Gateway.Policies.ResponseCaching.Semantics;

/// <summary>A policy's lifetimes by status, in milliseconds.</summary>
internal sealed class StatusLifetimes
{
    private readonly Dictionary<string, long> _lifetimes;

    public StatusLifetimes(IReadOnlyDictionary<string, TimeSpan> lifetimes) =>
        _lifetimes = lifetimes.ToDictionary(pair => pair.Key.ToLowerInvariant(), pair => (long)pair.Value.TotalMilliseconds, StringComparer.Ordinal);

    /// <summary>Null: the policy says nothing of it. Zero: not stored.</summary>
    public long? Of(int status)
    {
        if (_lifetimes.Count == 0)
        {
            return null;
        }

        Span<char> text = stackalloc char[3];
        bool written = status is >= 100 and <= 999 && status.TryFormat(text, out _, default, null);
        var lookup = _lifetimes.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!written || lookup.TryGetValue(text, out long lifetime))
        {
            return written ? lookup[text] : null;
        }

        text[1] = text[2] = 'x';
        return lookup.TryGetValue(text, out lifetime) ? lifetime : null;
    }

    /// <summary>True for <c>404</c> and <c>4xx</c>.</summary>
    public static bool IsName(string name) =>
        name.Length == 3 && name[0] is >= '2' and <= '5'
        && ((char.IsAsciiDigit(name[1]) && char.IsAsciiDigit(name[2])) || name.AsSpan(1).Equals("xx", StringComparison.OrdinalIgnoreCase));
}
