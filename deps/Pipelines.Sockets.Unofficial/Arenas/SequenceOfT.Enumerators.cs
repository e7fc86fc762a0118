namespace Pipelines.Sockets.Unofficial.Arenas;

public readonly partial struct Sequence<T>
{
    /// <summary>Walks the elements by reference.</summary>
    public struct Enumerator
    {
        private ArenaBlock<T>? _block;
        private int _index;
        private int _remaining;

        internal Enumerator(in Sequence<T> sequence)
        {
            _block = sequence._block;
            _index = sequence._offset - 1;
            _remaining = sequence._length;
        }

        public readonly ref T Current => ref _block!.Items[_index];

        public bool MoveNext()
        {
            if (_remaining == 0)
            {
                return false;
            }

            _remaining--;
            if (++_index == _block!.Items.Length)
            {
                _block = _block.Next;
                _index = 0;
            }

            return true;
        }

        /// <summary>Moves on to an element that must be there.</summary>
        /// <exception cref="InvalidOperationException">There are no more elements.</exception>
        public ref T GetNext()
        {
            if (!MoveNext())
            {
                throw new InvalidOperationException("The sequence has no more elements.");
            }

            return ref Current;
        }
    }

    /// <summary>The segments of a sequence, for <c>foreach</c>.</summary>
    public readonly struct SpanEnumerable
    {
        private readonly Sequence<T> _sequence;

        internal SpanEnumerable(in Sequence<T> sequence) => _sequence = sequence;

        public SpanEnumerator GetEnumerator() => new(_sequence);
    }

    /// <summary>Walks the segments of a sequence.</summary>
    public struct SpanEnumerator
    {
        private ArenaBlock<T>? _block;
        private int _offset;
        private int _length; // of the current segment; zero before the first
        private int _remaining;

        internal SpanEnumerator(in Sequence<T> sequence)
        {
            _block = sequence._block;
            _offset = sequence._offset;
            _length = 0;
            _remaining = sequence._length;
        }

        public readonly Span<T> Current => _block is null ? default : _block.Items.AsSpan(_offset, _length);

        public bool MoveNext()
        {
            if (_remaining == 0)
            {
                return false;
            }

            if (_length != 0)
            {
                _block = _block!.Next;
                _offset = 0;
            }

            _length = Math.Min(_remaining, _block!.Items.Length - _offset);
            _remaining -= _length;
            return true;
        }
    }
}
