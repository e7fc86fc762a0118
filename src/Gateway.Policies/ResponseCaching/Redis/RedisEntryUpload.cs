using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;

namespace Gateway.Policies.ResponseCaching.Redis;

/// <summary>
/// An entry on its way to Redis while it is fetched. Its chunks live for a short while until it is complete, and a sign of life stands beside
/// them: when this gateway dies, whoever follows knows within seconds, and nothing stays behind.
/// </summary>
internal sealed class RedisEntryUpload : IEntryUpload, IDisposable
{
    private static readonly TimeSpan Alive = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan ChunksLive = TimeSpan.FromMinutes(2);
    private readonly BodyChunks _chunks;
    private readonly CacheEntry _head;
    private readonly string _place;
    private readonly Func<CacheEntry, BodyLayout, ValueTask<bool>> _store;
    private readonly TimeProvider _time;
    private readonly ITimer _signs;
    private readonly long _id = BodyChunks.NewId();
    private readonly long _length;
    private long _renewed;
    private int _count;

    /// <param name="chunks">Where they go.</param>
    /// <param name="head">The entry without its body.</param>
    /// <param name="length">Bytes of the body.</param>
    /// <param name="place">Where its chunks lie.</param>
    /// <param name="store">Writes the entry with how its body lies; false: it may not be stored.</param>
    /// <param name="time">The clock.</param>
    public RedisEntryUpload(BodyChunks chunks, CacheEntry head, long length, string place, Func<CacheEntry, BodyLayout, ValueTask<bool>> store, TimeProvider time)
    {
        (_chunks, _head, _length, _place, _store, _time) = (chunks, head, length, place, store, time);
        _renewed = time.GetTimestamp();
        _signs = time.CreateTimer(static self => _ = ((RedisEntryUpload)self!).SayAliveAsync(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int MaxStretch => BodyChunks.Size;

    public async ValueTask<bool> AppendAsync(ReadOnlyMemory<byte> stretch)
    {
        bool compress = _head.CompressFrom > 0 && stretch.Length >= _head.CompressFrom;
        if (_count == 0)
        {
            await _chunks.SayAliveAsync(_place, _id, Alive);
            _signs.Change(Alive / 4, Alive / 4);
        }
        else if (_time.GetElapsedTime(_renewed) > ChunksLive / 2)
        {
            _renewed = _time.GetTimestamp();
            await _chunks.KeepAsync(_place, _id, _count, ChunksLive);
        }

        await _chunks.WriteAsync(_place, _id, _count, stretch, compress, ChunksLive);
        return ++_count > 1 || await _store(_head, new BodyLayout(_length, Compressed: false, _id, BodyLayout.Growing));
    }

    public async ValueTask CompleteAsync(CacheEntry entry)
    {
        TimeSpan useful = TimeSpan.FromMilliseconds(entry.UselessAt) - TimeSpan.FromMilliseconds(_time.GetUtcNow().ToUnixTimeMilliseconds());
        Dispose();
        if (useful > TimeSpan.Zero)
        {
            await _chunks.KeepAsync(_place, _id, _count, useful);
            await _store(entry with { Body = StoredBody.Empty }, new BodyLayout(_length, Compressed: false, _id, _count));
        }
    }

    public async ValueTask AbandonAsync()
    {
        Dispose();
        try
        {
            await _chunks.SayDeadAsync(_place, _id);
        }
        catch (StoreUnavailableException)
        {
            // The sign of life ends by itself.
        }
    }

    public void Dispose() => _signs.Dispose();

    private async Task SayAliveAsync()
    {
        try
        {
            await _chunks.SayAliveAsync(_place, _id, Alive);
        }
        catch (StoreUnavailableException)
        {
            // The next one may come in time.
        }
    }
}
