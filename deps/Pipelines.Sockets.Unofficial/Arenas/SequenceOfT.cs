namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>Elements of an <see cref="Arena{T}"/>: from an offset in a block on through the blocks after it.</summary>
/// <remarks>
/// Valid until the arena's next reset. Walk it by <see cref="GetEnumerator"/> or <see cref="Spans"/>: the indexer
/// counts through the blocks from the first on every call.
/// </remarks>
public readonly partial struct Sequence<T>
{
    private readonly ArenaBlock<T>? _block;
    private readonly int _offset;
    private readonly int _length;

    internal Sequence(ArenaBlock<T>? block, int offset, int length)
    {
        _block = block;
        _offset = offset;
        _length = length;
    }

    public long Length => _length;

    public bool IsEmpty => _length == 0;

    public bool IsSingleSegment => _block is null || _length <= _block.Items.Length - _offset;

    /// <summary>The elements in the first block: all of them when <see cref="IsSingleSegment"/>.</summary>
    public Span<T> FirstSpan => _block is null
        ? default
        : _block.Items.AsSpan(_offset, Math.Min(_length, _block.Items.Length - _offset));

    /// <summary>The elements block by block.</summary>
    public SpanEnumerable Spans => new(this);

    public ref T this[int index]
    {
        get
        {
            if ((uint)index >= (uint)_length)
            {
                throw new ArgumentOutOfRangeException(nameof(index), index, $"The sequence has {_length} elements.");
            }

            ArenaBlock<T> block = _block!;
            int position = index + _offset;
            while (position >= block.Items.Length)
            {
                position -= block.Items.Length;
                block = block.Next!;
            }

            return ref block.Items[position];
        }
    }

    public Enumerator GetEnumerator() => new(this);

    /// <inheritdoc cref="Sequence"/>
    public Sequence Untyped() => new(_block, _offset, _length);
}
