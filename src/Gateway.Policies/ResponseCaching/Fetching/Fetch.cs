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
    private readonly FleetShare _fleet;
    private readonly FetchRecord _record;
    private readonly PartCompletion? _completion;
    private DetachedRequest _request;
    private long _requestTime;
    private bool _conditional;
    private long? _lengthToKeep;
    private FetchHead? _known;
    private volatile bool _void;

    public Fetch(FetchPlan plan, HttpContext client, FetchServices services)
    {
        _services = services;
        _completion = plan.Part is { } part ? new PartCompletion(part, this) : null;
        _request = DetachedRequest.Copy(client, (IFetchSink?)_completion ?? this, services.Time, startsEarly: plan.Stale is null);
        // The client's own fields are another request's once it has been answered.
        _plan = plan with { Lookup = plan.Lookup.On(_request.Context.Request.Headers) };
        Body = new SharedBody { Abandoned = Abandon };
        _judge = new FetchJudge(_plan, services);
        _fleet = new FleetShare(_plan, services, Body);
        _record = new FetchRecord(_plan, services.Cache, services.Recording, Body);
        _requestTime = services.Now;
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

    /// <summary>True: it validates something that is stored, which may stand in where it fails.</summary>
    public bool Validates => _plan.Stale is not null;

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
            if (await DepartAsync() is { } brought)
            {
                TakeOver(brought);
                return;
            }

            await FetchAsync(forward);
            whole = IsWhole();
            stored = Keep(whole);
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
            _record.Return();
            await _request.DisposeAsync();
        }

        await _fleet.EndAsync(whole, stored);
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

        _lengthToKeep = _known.Verdict.Store ? headers.ContentLength : null;
        _head.TrySetResult(_known);
        _fleet.Begin(_known);
    }

    public ValueTask AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        if (_known is null or { FromStore: true } || bytes.IsEmpty)
        {
            return default;
        }

        if (Body.IsRecording && !_record.TryTake(bytes.Length))
        {
            _fleet.GiveUp();
            Body.StreamOnly();
        }

        if (Body.IsRecording && Body.Length + bytes.Length == _lengthToKeep)
        {
            // Whoever has these has all, and may ask again at once: they go out when the entry can be found.
            Body.Withhold(bytes.Span);
            return default;
        }

        return Body.AppendAsync(bytes, cancellation);
    }

    /// <summary>Waits for this fetch's turn. What is returned, another fetch brought meanwhile; null: this one is to go out.</summary>
    private async ValueTask<FetchHead?> DepartAsync()
    {
        try
        {
            if (StoredSince() is { } here)
            {
                return FetchHead.Brought(here, _request.Trailers, new StoreVerdict(true, CacheReason.Stored));
            }

            await _fleet.TakeTurnAsync();
            return _fleet.Brought is { } brought ? FetchHead.Brought(brought, _request.Trailers, new StoreVerdict(false, CacheReason.Fleet)) : null;
        }
        finally
        {
            _departure.TrySetResult(!_fleet.NobodyWaits);
        }
    }

    /// <summary>Who looked just before another fetch of the same ended, and came here just after, finds now what that one stored.</summary>
    private CacheEntry? StoredSince() =>
        !_plan.IsPrivate && _services.Cache.TryFindHere(_plan.Lookup, out FoundEntry found)
        && found.Entry is { } entry && !ReferenceEquals(entry, _plan.Stale) && (!_plan.Credentials || entry.Shareable)
        && Reuse.Decide(entry.Times, _plan.Control, found.SoftPurged, _services.Now).Kind is ReuseKind.Serve
            ? entry
            : null;

    /// <summary>Answers with what another fetch brought.</summary>
    private void TakeOver(FetchHead brought)
    {
        _known = brought;
        Body.End(complete: true);
        _head.TrySetResult(brought);
    }

    private async Task FetchAsync(RequestDelegate forward)
    {
        await _request.RunAsync(forward);
        if (_known is null)
        {
            await FetchUnconditionallyAsync(forward);
        }
        else if (_completion is not null && !_request.Lifetime.IsAborted)
        {
            await _completion.EndAsync();
        }
    }

    /// <summary>What came was a 304 about something that is not stored, or no answer to a range: asks again, without conditions (RFC 9111 §4.3.4).</summary>
    private async Task FetchUnconditionallyAsync(RequestDelegate forward)
    {
        DetachedRequest first = _request;
        _request = DetachedRequest.Copy(first.Context, this, _services.Time, startsEarly: true);
        await first.DisposeAsync();
        FetchConditions.Remove(_request.Context.Request.Headers);
        _conditional = false;
        _requestTime = _services.Now;
        await _request.RunAsync(forward);
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

    private bool IsWhole()
    {
        // The Content-Length of a 304 is that of the body it does not have (RFC 9110 §8.6).
        bool counted = _known!.FromStore || _known.Status == StatusCodes.Status304NotModified || _known.Fields.ContentLength is not { } length || length == Body.Length;
        // The gateway's own answer, for a destination that gave none, is whole though its request was given up.
        return counted && (!_request.Lifetime.IsAborted || _known.Verdict.Reason is CacheReason.Disconnected);
    }

    /// <summary>Puts the entry into memory before the last reader sees the end: whoever asks after that finds it. Null: nothing that others may know of.</summary>
    private CacheEntry? Keep(bool whole)
    {
        if (_void)
        {
            return null;
        }

        if (whole)
        {
            return _record.Keep(_known!);
        }

        _record.KeepBeginning(_known!);
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
