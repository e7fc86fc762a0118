using System.Globalization;
using Gateway.Policies.ResponseCaching.Purging;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Fetching;

/// <summary>Makes entries of responses.</summary>
internal static class EntryMaker
{
    /// <summary>The entry of a response whose body is still to come.</summary>
    public static CacheEntry Of(FetchPlan plan, ResponseFacts facts, IHeaderDictionary headers, long requestTime, long now)
    {
        string[] varyNames = WithEncoding(facts.Vary.Names, headers);
        if (headers.Date.Count == 0)
        {
            // What has no Date gets the time it was received (RFC 9110 §6.6.1).
            headers.Date = DateTimeOffset.FromUnixTimeMilliseconds(now).ToString("R", CultureInfo.InvariantCulture);
        }

        return new CacheEntry
        {
            Uri = plan.Lookup.Uri,
            Variant = plan.Lookup.For(varyNames),
            VaryNames = varyNames,
            Route = plan.Route,
            Tags = ResponseTags.Of(plan.Tags, headers, plan.Lookup.Uri),
            Status = facts.Status,
            Fields = StoredFields.Of(headers, facts.Control),
            Body = StoredBody.Empty,
            CompressFrom = headers.ContentEncoding.Count == 0 ? plan.CompressFrom : 0,
            Times = Freshness.TimesOf(facts, plan.Rules, requestTime, now),
            Stamp = plan.Stamp,
            Shareable = Cacheability.AllowsSharing(facts.Control),
            ETag = facts.ETag,
            LastModified = facts.LastModified,
            Date = facts.Date,
        };
    }

    /// <summary>
    /// The stored entry, made fresh by a 304 (RFC 9111 §4.3.4) or a HEAD (§4.3.5), in the place that what it says now gives it among the
    /// variants; and whether, with what it says now, it may be stored at all.
    /// </summary>
    public static (CacheEntry Entry, StoreVerdict Verdict) Freshen(CacheEntry stored, FetchPlan plan, IHeaderDictionary said, long requestTime, long now)
    {
        HeaderDictionary merged = StoredFields.Merge(stored.Fields, said);
        if (!said.ContainsKey("Date"))
        {
            merged.Remove("Date");
        }

        ResponseFacts facts = ResponseFacts.Read(stored.Status, merged, now);
        CacheEntry fresh = Of(plan, facts, merged, requestTime, now) with
        {
            Reason = stored.Reason,
            Body = stored.Body,
        };

        // Fields that name groups are not all stored: a 304 without them changes nothing.
        fresh = ResponseTags.AreNamedBy(said) ? fresh : fresh with { Tags = stored.Tags };
        return (fresh, Verdict(Cacheability.Decide(plan.Control, plan.Credentials, facts, plan.Rules), said));
    }

    /// <summary>What comes with a cookie is its client's, as with a 200: the stored response stays as it was.</summary>
    private static StoreVerdict Verdict(StoreVerdict verdict, IHeaderDictionary said) => verdict switch
    {
        { Store: false, Reason: not CacheReason.NoFreshness } => verdict,
        _ when said.SetCookie.Count > 0 => new StoreVerdict(false, CacheReason.SetCookie),
        _ => new StoreVerdict(true, CacheReason.Revalidated),
    };

    /// <summary>A coded body is never given to a request that asked for another coding, whether or not the response says Vary.</summary>
    private static string[] WithEncoding(string[] names, IHeaderDictionary headers)
    {
        bool coded = headers.ContentEncoding.Count > 0 && headers.ContentEncoding != "identity";
        return coded && Array.IndexOf(names, "accept-encoding") < 0
            ? [.. names.Append("accept-encoding").Order(StringComparer.Ordinal)]
            : names;
    }
}
