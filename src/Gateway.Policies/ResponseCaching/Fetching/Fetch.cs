using Gateway.Policies.ResponseCaching.Fleet;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

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
    private readonly TaskCompletionSource<bool> _departure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly FetchJudge _judge;
    private readonly PartCompletion? _completion;
    private DetachedRequest _request;
    private long _requestTime;
    private bool _conditional;
    private FetchTurn _turn = FetchTurn.Alone;
    private FetchHead? _known;
    private FetchUpload? _upload;
    private long _recorded;
    private volatile bool _void;

    public Fetch(FetchPlan plan, HttpContext client, FetchServices services)
    {
        _services = services;
        _completion = plan.Part is { } part ? new PartCompletion(part, this) : null;
        _request = DetachedRequest.Copy(client, (IFetchSink?)_completion ?? this, services.Time, startsEarly: plan.Stale is null);
        // The client's own fields are another request's once it has been answered.
        _plan = plan with { Lookup = plan.Lookup.On(_request.Context.Request.Headers) };
        _judge = new FetchJudge(_plan, services);
        _requestTime = services.Now;
        Body = new SharedBody { Abandoned = Abandon };
        _conditional = FetchConditions.Apply(_request.Context.Request.Headers, plan);
    }

    /// <summary>Ends when the header section has come; fails when none comes.</summary>
    public Task<FetchHead> Head => _head.Task;

    /// <summary>Ends when the fetch has gone out, or another gateway has brought its entry. False: nobody should wait for this one.</summary>
    public Task<bool> Departure => _departure.Task;

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
        bool whole = false;
        try
        {
            await DepartAsync();
            if (_turn.Entry is { } brought)
            {
                TakeOver(brought);
                return;
            }

            await _request.RunAsync(forward);
            if (_known is null)
            {
                await RunUnconditionalAsync(forward);
            }
            else if (_completion is not null && !_request.Lifetime.IsAborted)
            {
                await _completion.EndAsync();
            }

            whole = IsWhole();
            stored = whole ? Keep() : KeepBeginning();
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

        bool shared = _upload is not null && await _upload.EndAsync(whole, stored);
        if (stored is not null && !shared)
        {
            await _services.Cache.ShareAsync(stored);
        }

        await _turn.EndAsync(stored is null ? LeaseState.Failed : LeaseState.Done);
    }

    /// <summary>Never sent: another fetch came first.</summary>
    public async Task DiscardAsync() => await _request.DisposeAsync();

    public void Begin(int status, string? reason, IHeaderDictionary headers)
    {
        NormaliseLength(headers);
        _known = _judge.Judge(_request, _conditional, status, CustomReason.Of(status, reason), headers, _requestTime);
        if (_known is null)
        {
            return;
        }

        ResponseTags.Strip(headers);
        if (_known is { FromStore: true, Verdict.Store: true } && !_void)
        {
            _services.Cache.Keep(_known.Entry!, _plan.Generation);
        }

        if (_known.Entry is null || _known.FromStore || headers.ContentLength > _plan.MaxObject)
        {
            Body.StreamOnly();
        }

        _head.TrySetResult(_known);
        if (!_known.Verdict.Store || !_known.IsShareable)
        {
            // Nobody at other gateways waits for the end of what will not be in the shared store.
            bool never = !_known.IsShareable && _known.Verdict.Reason is not CacheReason.Disconnected;
            _ = _turn.EndAsync(never ? LeaseState.Uncacheable : LeaseState.Failed).AsTask();
            return;
        }

        if (_turn.IsLeading && Body.IsRecording && _plan.Stale is null && status == StatusCodes.Status200OK && headers.ContentLength is { } length and >= FetchUpload.Smallest)
        {
            _upload = FetchUpload.Begin(_services.Cache.BeginUpload(_known.Entry!, length), Body, _turn, _services.Time);
        }
    }

    /// <summary>A response whose lengths disagree is passed on, and never stored: nobody can say whether it is whole.</summary>
    private void NormaliseLength(IHeaderDictionary headers)
    {
        StringValues sent = headers[HeaderNames.ContentLength];
        if (sent.Count == 0)
        {
            return;
        }

        StringValues single = ContentLengths.Single(sent);
        headers[HeaderNames.ContentLength] = single;
        _void |= single.Count == 0;
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (_known is null or { FromStore: true })
        {
            return default;
        }

        if (Body.IsRecording)
        {
            Record(bytes.Length);
        }

        return Body.AppendAsync(bytes, cancellation);
    }

    /// <summary>What came was a 304 about something that is not stored, or no answer to a range: asks again, without conditions (RFC 9111 §4.3.4).</summary>
    private async Task RunUnconditionalAsync(RequestDelegate forward)
    {
        DetachedRequest first = _request;
        _request = DetachedRequest.Copy(first.Context, this, _services.Time, startsEarly: true);
        await first.DisposeAsync();
        FetchConditions.Remove(_request.Context.Request.Headers);
        _conditional = false;
        _requestTime = _services.Now;
        await _request.RunAsync(forward);
    }

    private async ValueTask DepartAsync()
    {
        try
        {
            _turn = _services.Turns is { } turns && _plan is { IsPrivate: false, KeepConditions: false } ? await turns.BeginAsync(_plan) : FetchTurn.Alone;
        }
        finally
        {
            _departure.TrySetResult(!_turn.NobodyWaits);
        }
    }

    /// <summary>Answers with what another gateway fetched.</summary>
    private void TakeOver(CacheEntry brought)
    {
        _known = FetchHead.Brought(brought, _request.Trailers);
        Body.End(complete: true);
        _head.TrySetResult(_known);
    }

    private void Record(int count)
    {
        if (Body.Length + count <= _plan.MaxObject && _services.Recording.TryTake(count))
        {
            _recorded += count;
        }
        else
        {
            _upload?.GiveUp();
            Body.StreamOnly();
            _ = _turn.EndAsync(LeaseState.Failed).AsTask();
        }
    }

    private bool IsWhole()
    {
        // The Content-Length of a 304 is that of the body it does not have (RFC 9110 §8.6).
        bool counted = _known!.FromStore || _known.Status == StatusCodes.Status304NotModified || _known.Fields.ContentLength is not { } length || length == Body.Length;
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

        CacheEntry? entry = _known.Entry! with { Body = new StoredBody(Body.Recorded()) };
        entry = entry.Status == StatusCodes.Status206PartialContent ? PartialEntries.Joined(entry, Stored(entry), _plan.MaxObject) : entry;
        if (entry is not null)
        {
            _services.Cache.Keep(entry, _plan.Generation);
        }

        return entry;
    }

    /// <summary>What came of a body that broke off is a part of it (RFC 9111 §3.3). Null always: other gateways are not told.</summary>
    private CacheEntry? KeepBeginning()
    {
        bool keep = _known is { FromStore: false, Verdict.Store: true } && !_void && Body.IsRecording;
        if (keep && _known is { Entry: { } entry, Fields.ContentLength: { } length }
            && PartialEntries.Beginning(entry, new StoredBody(Body.Recorded()), length) is { } part
            && PartialEntries.Joined(part, Stored(part), _plan.MaxObject) is { } joined)
        {
            _services.Cache.Keep(joined, _plan.Generation);
        }

        return null;
    }

    private CacheEntry? Stored(CacheEntry part)
    {
        foreach (CacheEntry other in _services.Cache.VariantsOf(part.Uri))
        {
            if (other.Variant == part.Variant && other.Body.IsWhole)
            {
                return other;
            }
        }

        return null;
    }

    private void Abandon()
    {
        if (_known is { FromStore: false })
        {
            _request.Lifetime.Abort();
        }
    }
}
