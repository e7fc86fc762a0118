namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>Names a block of <see cref="WordBlocks"/>; the default names none.</summary>
internal readonly struct WordBlock
{
    private const int ClassBits = 6;

    /// <summary>The size class and, above it, the index within it; zero for none, so that the index counts from one.</summary>
    private readonly uint _name;

    public WordBlock(int sizeClass, int index) => _name = ((uint)(index + 1) << ClassBits) | (uint)sizeClass;

    /// <summary>Sizes there can be.</summary>
    public static int Sizes => 1 << ClassBits;

    public bool IsNone => _name == 0;

    public int SizeClass => (int)(_name & (Sizes - 1));

    public int Index => (int)(_name >> ClassBits) - 1;

    /// <summary>How many words the block has.</summary>
    public int Words => IsNone ? 0 : WordsOf(SizeClass);

    /// <summary>1, 2, 3, 4, 6, 8, 12 … words: powers of two, and one and a half of each (class 1 is not used).</summary>
    public static int WordsOf(int sizeClass) => (sizeClass % 2 == 0 ? 2 << (sizeClass / 2) : 3 << (sizeClass / 2)) >> 1;
}
