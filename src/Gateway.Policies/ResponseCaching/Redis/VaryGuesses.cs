namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// What the responses of a route vary by, as far as they were seen: so that a URI never seen here can be asked for with the variants that
/// it most likely has, in one read. A table of fixed size; a wrong guess costs a field in that read, a missing one a second read.
/// </summary>
internal sealed class VaryGuesses
{
    /// <summary>Each costs every read of the route a field.</summary>
    private const int MostLists = 3;

    private readonly string[][]?[] _places = new string[256][][];

    /// <param name="baseText">The second level of the key; the route is its first line.</param>
    public string[][] For(string baseText) => Volatile.Read(ref Place(baseText)) ?? [];

    /// <summary>Takes note of lists that were not guessed: they come first from now on.</summary>
    public void Learn(string baseText, IEnumerable<string[]> missed)
    {
        ref string[][]? place = ref Place(baseText);
        string[][] known = Volatile.Read(ref place) ?? [];
        Volatile.Write(ref place, [.. missed.Concat(known).Take(MostLists)]);
    }

    private ref string[][]? Place(string baseText)
    {
        int line = baseText.IndexOf('\n', StringComparison.Ordinal);
        uint hash = (uint)string.GetHashCode(line < 0 ? baseText : baseText.AsSpan(0, line));
        return ref _places[hash % (uint)_places.Length];
    }
}
