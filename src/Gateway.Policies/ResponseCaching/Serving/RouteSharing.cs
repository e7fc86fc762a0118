using Gateway.Policies.ResponseCaching.Fetching;
using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>What one route's responses have shown: where the last ones could not be shared, nobody waits for the next (hit-for-miss).</summary>
internal sealed class RouteSharing(FreshnessRules rules, CacheParts parts)
{
    private readonly SharingHabit _habit = new();

    /// <summary>True: the last response to such a request was not shareable, so nothing is looked up among all gateways and nobody waits.</summary>
    public bool IsMarked(CacheRequest request) => parts.Marks.Has(MarkOf(request));

    /// <summary>
    /// True: responses to such requests were not shareable several times in a row, so they are forwarded without being recorded. After the
    /// first such response nobody waits for another's, but what comes is stored if it may be.
    /// </summary>
    public bool IsSettled(CacheRequest request) => parts.Marks.IsSettled(MarkOf(request));

    /// <summary>True: the responses of many URLs in a row were not shareable, so that of a URL never seen will most likely not be either.</summary>
    public bool ExpectsNone => _habit.IsPrivate;

    /// <summary>Another gateway has told that such responses are not shareable.</summary>
    public void Mark(CacheRequest request) => parts.Marks.Set(MarkOf(request));

    /// <summary>Reads the response to a settled request: the mark goes when the next one could be stored.</summary>
    public void LookAgain(HttpResponse response, CacheRequest request)
    {
        ResponseFacts facts = ResponseFacts.Read(response.StatusCode, response.Headers, parts.Fetching.Now);
        if (Cacheability.Decide(request.Control, request.Credentials, facts, rules).Store && facts.Control is not { NoCache: true })
        {
            Unmark(request);
        }
    }

    /// <summary>Learns from what a fetch brought.</summary>
    public void Remember(CacheRequest request, FetchHead head)
    {
        if (head is { Status: StatusCodes.Status304NotModified, FromStore: false } || head.Verdict.Reason is CacheReason.RequestCondition)
        {
            // It tells what became of this client's condition, not whether the resource is shareable.
            return;
        }

        bool silent = head.Verdict.Reason is CacheReason.Disconnected;
        // One URL asked for again and again says nothing of the others: each counts once while its mark stands.
        if (head.IsShareable || (!silent && !IsMarked(request)))
        {
            _habit.Saw(head.IsShareable);
        }

        if (!head.IsShareable && !silent)
        {
            Mark(request);
        }
        else if (head.IsShareable && head.StandIn is null)
        {
            Unmark(request);
        }
    }

    private void Unmark(CacheRequest request)
    {
        if (parts.Marks.Clear(MarkOf(request)))
        {
            parts.Fetching.Turns?.Forget(FetchPlans.KeyOf(request, VaryOf(request)));
        }
    }

    /// <summary>Marks are for one variant, as far as the variants are known, with or without credentials.</summary>
    private int MarkOf(CacheRequest request) =>
        UncacheableMarks.Of(request.Lookup.Uri, request.Lookup.For(VaryOf(request)), request.Credentials);

    private string[] VaryOf(CacheRequest request) => parts.Cache.VaryOf(request.Lookup.Uri) ?? [];
}
