using Gateway.Policies.Configuration;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.InMemory;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Tests.ResponseCaching.Storage;
using Gateway.Policies.Tests.ResponseCaching.Support;
using Xunit;

namespace Gateway.Policies.Tests.ResponseCaching.InMemory;

public sealed class MemoryCacheStoreTests : CacheStoreContract
{
    private readonly MemoryCacheStore _store = new(new ResponseCachingOptions { Memory = ByteSize.Megabytes(16), MaxVariants = 8 });

    private protected override ICacheStore Store => _store;

    [Fact]
    public void Flood_OfUniqueKeys_StaysWithinItsBytes()
    {
        string body = new('x', 10_000);
        for (int i = 0; i < 10_000; i++)
        {
            _store.Set(Entries.Of($"http://h/{i}", body));
            Assert.True(_store.Bytes <= 16 << 20, $"{_store.Bytes} bytes");
        }

        Assert.InRange(_store.Entries, 1000, 1700);
    }

    [Fact]
    public void Entry_ThatIsUsed_SurvivesAFloodOfOthers()
    {
        string body = new('x', 10_000);
        _store.Set(Entries.Of("http://h/hot", body));
        for (int i = 0; i < 10_000; i++)
        {
            Assert.NotNull(_store.Find(Entries.LookupOf("http://h/hot")).Entry);
            _store.Set(Entries.Of($"http://h/{i}", body));
        }

        Assert.NotNull(_store.Find(Entries.LookupOf("http://h/hot")).Entry);
    }

    [Fact]
    public void Scan_OfUrlsAskedForOnce_DoesNotDriveOutWhatIsAskedForAgain()
    {
        string body = new('x', 10_000);
        for (int i = 0; i < 200; i++)
        {
            _store.Set(Entries.Of($"http://h/hot/{i}", body));
            _store.Find(Entries.LookupOf($"http://h/hot/{i}"));
        }

        for (int i = 0; i < 20_000; i++)
        {
            _store.Set(Entries.Of($"http://h/scan/{i}", body));
        }

        // Least recently used would keep none: the scan is twelve times what fits.
        Assert.Equal(200, Enumerable.Range(0, 200).Count(i => _store.Find(Entries.LookupOf($"http://h/hot/{i}")).Entry is not null));
    }

    [Fact]
    public void Fill_WithWhatWasReadBeforeAnInvalidation_IsRefused()
    {
        FillTicket ticket = _store.Watch("http://h/a");
        _store.Remove("http://h/a");

        _store.Fill(Entries.Of("http://h/a", "old"), ticket);

        Assert.Equal(0, _store.Entries);
    }

    [Fact]
    public void Entry_WhoseFetchBeganBeforeInvalidationsWereMissed_IsNotTrusted()
    {
        int generation = _store.Generation;
        _store.Distrust();

        _store.Set(Entries.Of("http://h/a", "old"), generation);

        Assert.False(_store.Find(Entries.LookupOf("http://h/a")).IsTrusted);
    }

    [Fact]
    public void Variants_OfOneUri_AreCapped()
    {
        for (int i = 0; i < 1000; i++)
        {
            _store.Set(Entries.Of("http://h/v", "body", ["a"], new() { ["A"] = $"{i}" }));
        }

        Assert.Equal(8, _store.Entries);
        Assert.NotNull(_store.Find(Entries.LookupOf("http://h/v", new() { ["A"] = "999" })).Entry);
        Assert.Null(_store.Find(Entries.LookupOf("http://h/v", new() { ["A"] = "1" })).Entry);
    }

    [Fact]
    public void Replacing_OneEntryForever_HoldsItsBytesOnce()
    {
        string body = new('x', 100_000);
        for (int i = 0; i < 2000; i++)
        {
            _store.Set(Entries.Of("http://h/one", body));
        }

        Assert.Equal(1, _store.Entries);
        Assert.InRange(_store.Bytes, 100_000, 110_000);
        Assert.NotNull(_store.Find(Entries.LookupOf("http://h/one")).Entry);
    }

    [Fact]
    public void Entry_LargerThanHalfTheMemory_IsNotTaken()
    {
        _store.Set(Entries.Of("http://h/huge", new string('x', 9 << 20)));

        Assert.Equal((0, 0L), (_store.Entries, _store.Bytes));
    }

    [Fact]
    public async Task Writers_InParallel_LeaveTheAccountExact()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(() =>
        {
            for (int i = 0; i < 3000; i++)
            {
                string uri = $"http://h/{(i * 7) % 500}";
                _store.Set(Entries.Of(uri, new string('x', i % 5000)));
                _store.Find(Entries.LookupOf(uri));
                if (i % 11 == worker)
                {
                    _store.Remove(uri);
                }
            }
        })));
        _store.Clear();

        Assert.Equal((0, 0L), (_store.Entries, _store.Bytes));
    }
}
