using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Policies.Sessions.Memory;

/// <summary>
/// A bounded map by hash. Two generations: when the young one is full it becomes the old one and the old one is dropped, so memory
/// is bounded and what is in use stays.
/// </summary>
internal sealed class Generations<T>(int capacity, long maxBytes)
    where T : class, ISized
{
    private readonly int _youngCapacity = capacity / 2;
    private readonly long _youngBytes = maxBytes / 2;
    private readonly Lock _rotating = new();
    private volatile ConcurrentDictionary<UInt128, T> _young = new();
    private volatile ConcurrentDictionary<UInt128, T> _old = new();
    private int _count;
    private long _bytes;

    public void Put(UInt128 id, T value)
    {
        ConcurrentDictionary<UInt128, T> young = _young;
        young.TryGetValue(id, out T? before);
        young[id] = value;
        int count = before is null ? Interlocked.Increment(ref _count) : _count;
        long bytes = Interlocked.Add(ref _bytes, value.Size - (before?.Size ?? 0));
        if (count >= _youngCapacity || bytes >= _youngBytes)
        {
            Rotate(young);
        }
    }

    public void Remove(UInt128 id)
    {
        _young.TryRemove(id, out _);
        _old.TryRemove(id, out _);
    }

    public bool TryGet(UInt128 id, [NotNullWhen(true)] out T? value) => _young.TryGetValue(id, out value) || _old.TryGetValue(id, out value);

    private void Rotate(ConcurrentDictionary<UInt128, T> full)
    {
        lock (_rotating)
        {
            if (ReferenceEquals(full, _young))
            {
                _old = full;
                _young = new();
                _count = 0;
                _bytes = 0;
            }
        }
    }
}
