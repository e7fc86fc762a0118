using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>What one fetch records of its body, within the bounds of memory, and the entry that is kept of it in the end.</summary>
internal sealed class FetchRecord(FetchPlan plan, TieredCache cache, MemoryBudget budget, SharedBody body)
{
    private long _taken;

    /// <summary>False: the body has become too large, or too much is recorded already.</summary>
    public bool TryTake(int count)
    {
        bool fits = body.Length + count <= plan.MaxObject && budget.TryTake(count);
        _taken += fits ? count : 0;
        return fits;
    }

    /// <summary>Hands back what recording took: what is stored is counted by the store.</summary>
    public void Return() => budget.Return(_taken);

    /// <summary>The whole response, found in memory from now on. Null: it is not stored.</summary>
    public CacheEntry? Keep(FetchHead head)
    {
        if (!head.Verdict.Store || head.FromStore)
        {
            // What was validated has been in memory since its header section came.
            return head.Verdict.Store ? head.Entry : null;
        }

        if (!body.IsRecording)
        {
            return null;
        }

        CacheEntry? entry = head.Entry! with { Body = new StoredBody(body.Recorded()) };
        entry = entry.Status == StatusCodes.Status206PartialContent ? Joined(entry) : entry;
        if (entry is not null)
        {
            cache.Keep(entry, plan.Generation);
        }

        return entry;
    }

    /// <summary>What came of a body that broke off is a part of it (RFC 9111 §3.3). It is this gateway's alone.</summary>
    public void KeepBeginning(FetchHead head)
    {
        if (head is { FromStore: false, Verdict.Store: true, Entry: { } entry, Fields.ContentLength: { } length } && body.IsRecording
            && PartialEntries.Beginning(entry, new StoredBody(body.Recorded()), length) is { } part
            && Joined(part) is { } joined)
        {
            cache.Keep(joined, plan.Generation);
        }
    }

    /// <summary>A part, with what is stored of the same; null: the two do not fit.</summary>
    private CacheEntry? Joined(CacheEntry part)
    {
        foreach (CacheEntry other in cache.VariantsOf(part.Uri))
        {
            if (other.Variant == part.Variant && other.Body.IsWhole)
            {
                return PartialEntries.Joined(part, other, plan.MaxObject);
            }
        }

        return PartialEntries.Joined(part, null, plan.MaxObject);
    }
}
