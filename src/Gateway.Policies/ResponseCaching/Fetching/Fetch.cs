using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>
/// One request to the destination, detached from every client. Its response streams to all who follow while it arrives, and is recorded
/// when it may be stored. A body that breaks off, lies about its length or grows past the cap is never stored.
/// </summary>
internal sealed class Fetch : IFetchSink
{
    private readonly FetchPlan _plan;
    private readonly FetchServices _services;
    private readonly TaskCompletionSource<FetchHead> _head = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DetachedRequest _request;
    private readonly long _requestTime;
    private FetchHead? _known;
    private long _recorded;
    private volatile bool _void;

    public Fetch(FetchPlan plan, HttpContext client, FetchServices services)
    {
        _plan = plan;
        _services = services;
        _request = DetachedRequest.Copy(client, this, services.Time);
        _requestTime = services.Now;
        Body = new SharedBody { Abandoned = Abandon };
        FetchConditions.Apply(_request.Context.Request.Headers, plan);
    }

    /// <summary>Ends when the header section has come; fails when none comes.</summary>
    public Task<FetchHead> Head => _head.Task;

    public SharedBody Body { get; }

    public string Key => _plan.Key;

    public string Uri => _plan.Lookup.Uri;

    public bool IsPrivate => _plan.IsPrivate;

    /// <summary>The URI was invalidated: what this fetch brings is older than that, and is not stored.</summary>
    public void MakeVoid() => _void = true;

    /// <summary>Fetches, and stores what may be stored. Never throws.</summary>
    /// <param name="forward">The forwarding pipeline.</param>
    /// <param name="finished">Called when nobody should join any more: after the entry can be found in memory.</param>
    public async Task RunAsync(RequestDelegate forward, Action<Fetch>? finished)
    {
        CacheEntry? stored = null;
        try
        {
            await _request.RunAsync(forward);
            bool whole = IsWhole();
            stored = whole ? Keep() : null;
            Body.End(whole);
        }
        catch (Exception failure)
        {
            _head.TrySetException(failure);
            _ = _head.Task.Exception;
            Body.End(complete: false);
        }
        finally
        {
            finished?.Invoke(this);
            _services.Recording.Return(_recorded);
            await _request.DisposeAsync();
        }

        if (stored is not null)
        {
            await _services.Cache.ShareAsync(stored);
        }
    }

    /// <summary>Never sent: another fetch came first.</summary>
    public async Task DiscardAsync() => await _request.DisposeAsync();

    public void Begin(int status, IHeaderDictionary headers)
    {
        long now = _services.Now;
        _known = _plan.Stale is { } stale ? JudgeRefresh(stale, status, headers, now) : JudgeNew(status, headers, now);
        if (_known is { FromStore: true, Verdict.Store: true } && !_void)
        {
            _services.Cache.Keep(_known.Entry!);
        }

        if (_known.Entry is null || _known.FromStore || headers.ContentLength > _plan.MaxObject)
        {
            Body.StreamOnly();
        }

        _head.TrySetResult(_known);
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (_known!.FromStore)
        {
            return default;
        }

        if (Body.IsRecording)
        {
            Record(bytes.Length);
        }

        return Body.AppendAsync(bytes, cancellation);
    }

    private void Record(int count)
    {
        if (Body.Length + count <= _plan.MaxObject && _services.Recording.TryTake(count))
        {
            _recorded += count;
        }
        else
        {
            Body.StreamOnly();
        }
    }

    /// <summary>The answer where something stored was to be validated (RFC 9111 §4.3.3).</summary>
    private FetchHead JudgeRefresh(CacheEntry stale, int status, IHeaderDictionary headers, long now)
    {
        if (status == StatusCodes.Status304NotModified && stale.HasValidator)
        {
            CacheEntry fresh = EntryMaker.Freshen(stale, _plan, headers, _requestTime, now);
            return new FetchHead
            {
                Status = status, Fields = headers, Trailers = _request.Trailers, Entry = fresh, FromStore = true, Verdict = new StoreVerdict(true, CacheReason.Revalidated),
            };
        }

        bool disconnected = _services.IsDisconnected(_request.Context);
        if ((disconnected || status is 500 or 502 or 503 or 504) && Reuse.MayReplaceError(stale.Times, disconnected, now))
        {
            stale.Pause.Failed(now);
            string reason = disconnected ? CacheReason.Disconnected : CacheReason.IfError;
            return new FetchHead
            {
                Status = status, Fields = headers, Trailers = _request.Trailers, Entry = stale, FromStore = true, StandIn = reason,
                Verdict = new StoreVerdict(false, reason),
            };
        }

        return JudgeNew(status, headers, now);
    }

    private FetchHead JudgeNew(int status, IHeaderDictionary headers, long now)
    {
        ResponseFacts facts = ResponseFacts.Read(status, headers, now);
        StoreVerdict verdict = _services.IsDisconnected(_request.Context)
            ? new StoreVerdict(false, CacheReason.Disconnected)
            : Cacheability.Decide(_plan.Control, _plan.Credentials, facts, _plan.Rules);
        verdict = verdict.Store && headers.ContentLength > _plan.MaxObject ? new StoreVerdict(false, CacheReason.TooLarge) : verdict;
        bool share = verdict.Store || verdict.Reason is CacheReason.TooLarge;
        return new FetchHead
        {
            Status = status,
            Fields = headers,
            Trailers = _request.Trailers,
            Verdict = verdict,
            Entry = share ? EntryMaker.Of(_plan, facts, headers, _requestTime, now) : null,
        };
    }

    private bool IsWhole()
    {
        bool counted = _known!.FromStore || _known.Fields.ContentLength is not { } length || length == Body.Length;
        return counted && !_request.Lifetime.IsAborted;
    }

    /// <summary>Puts the entry into memory before the last reader sees the end: whoever asks after that finds it.</summary>
    private CacheEntry? Keep()
    {
        bool keep = _known is { Verdict.Store: true } && !_void && (_known.FromStore || Body.IsRecording);
        if (!keep)
        {
            return null;
        }

        if (_known!.FromStore)
        {
            return _known.Entry;
        }

        CacheEntry entry = _known.Entry! with { Body = new StoredBody(Body.Recorded()) };
        _services.Cache.Keep(entry);
        return entry;
    }

    private void Abandon()
    {
        if (_known is { FromStore: false })
        {
            _request.Lifetime.Abort();
        }
    }
}
