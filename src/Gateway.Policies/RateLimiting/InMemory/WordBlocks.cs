using System.Numerics;

namespace Gateway.Policies.RateLimiting.InMemory;

/// <summary>
/// Memory for the state of many partitions: blocks of 64-bit words, let and taken back. Millions of small objects would each have to be
/// followed by the garbage collector; these lie in arrays that hold no references, so that it has nothing to follow. Not safe for several
/// threads. A block let again holds what it held before.
/// </summary>
internal sealed class WordBlocks
{
    private readonly Slab?[] _slabs = new Slab?[WordBlock.Sizes];

    /// <summary>Words of all blocks, let or not.</summary>
    public long Capacity => _slabs.Sum(static slab => slab?.Capacity ?? 0);

    /// <summary>Words of the blocks that are let.</summary>
    public long Let => _slabs.Sum(static slab => slab?.Let ?? 0);

    public Span<long> this[WordBlock block] => block.IsNone ? [] : _slabs[block.SizeClass]![block.Index];

    /// <summary>How many words a block for so many has: a power of two, or one and a half of one.</summary>
    public static int Fit(int words) => WordBlock.WordsOf(ClassOf(words));

    /// <summary>Lets a block of <see cref="Fit"/> words.</summary>
    public WordBlock Rent(int words)
    {
        int size = ClassOf(words);
        Slab slab = _slabs[size] ??= new Slab(WordBlock.WordsOf(size));
        return new WordBlock(size, slab.Rent());
    }

    public void Return(WordBlock block)
    {
        if (!block.IsNone)
        {
            _slabs[block.SizeClass]!.Return(block.Index);
        }
    }

    private static int ClassOf(int words)
    {
        if (words <= 1)
        {
            return 0;
        }

        int power = BitOperations.Log2((uint)words - 1);
        return words - 1 < 3 << power >> 1 ? (2 * power) + 1 : (2 * power) + 2;
    }

    /// <summary>The blocks of one size, in arrays of about two kilobytes.</summary>
    private sealed class Slab(int words)
    {
        private const int ChunkWords = 256;

        private readonly int _perChunk = Math.Max(1, ChunkWords / words);
        private readonly Stack<int> _free = [];
        private readonly List<long[]?> _chunks = [];
        private int _fresh;

        public long Let => (long)(_fresh - _free.Count) * words;

        public long Capacity => _perChunk == 1 ? Let : (long)_chunks.Count * _perChunk * words;

        public Span<long> this[int index] => _chunks[index / _perChunk].AsSpan(index % _perChunk * words, words);

        public int Rent()
        {
            int index = _free.TryPop(out int freed) ? freed : _fresh++;
            int chunk = index / _perChunk;
            if (chunk == _chunks.Count)
            {
                _chunks.Add(null);
            }

            _chunks[chunk] ??= GC.AllocateUninitializedArray<long>(_perChunk * words);
            return index;
        }

        /// <summary>A large block's memory goes at once, that of the small ones when their table is made anew.</summary>
        public void Return(int index)
        {
            _free.Push(index);
            if (_perChunk == 1)
            {
                _chunks[index] = null;
            }
        }
    }
}
