namespace Pipelines.Sockets.Unofficial.Arenas;

/// <summary>A <see cref="Sequence{T}"/> without its type, so that an element can hold a sequence of its own kind.</summary>
public readonly struct Sequence
{
    private readonly object? _block;
    private readonly int _offset;
    private readonly int _length;

    internal Sequence(object? block, int offset, int length)
    {
        _block = block;
        _offset = offset;
        _length = length;
    }

    public long Length => _length;

    /// <summary>Gives the type back.</summary>
    /// <exception cref="InvalidCastException">The sequence was of another type.</exception>
    public Sequence<T> Cast<T>() => new((ArenaBlock<T>?)_block, _offset, _length);
}
