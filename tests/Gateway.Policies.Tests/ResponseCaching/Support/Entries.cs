using System.Text;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Policies.Tests.ResponseCaching.Support;

/// <summary>Entries and lookups for tests.</summary>
internal static class Entries
{
    public static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public static CacheEntry Of(string uri, string body, string[]? vary = null, Dictionary<string, string>? request = null, long stamp = 0, long date = 0)
    {
        string[] names = vary ?? [];
        return new CacheEntry
        {
            Uri = uri,
            Variant = LookupOf(uri, request).For(names),
            VaryNames = names,
            Route = "r",
            Tags = ["t1", "t2"],
            Status = 200,
            Fields = [KeyValuePair.Create("X-A", new StringValues("caf\u00e9")), KeyValuePair.Create("X-B", new StringValues(["1", "2"]))],
            Body = new StoredBody([Encoding.UTF8.GetBytes(body)]),
            Times = new EntryTimes { ResponseTime = Now, InitialAge = 1, Lifetime = 60_000, Source = LifetimeSource.MaxAge, StaleIfError = 5, NeverStale = true },
            Stamp = stamp,
            Shareable = true,
            ETag = "\"e\"",
            LastModified = 784111777000,
            Date = date,
        };
    }

    public static VariantLookup LookupOf(string uri, Dictionary<string, string>? request = null)
    {
        var headers = new HeaderDictionary();
        foreach ((string name, string value) in request ?? [])
        {
            headers[name] = value;
        }

        return new VariantLookup(uri, VaryKey.BaseOf("r", "", headers), headers);
    }

    public static string TextOf(CacheEntry? entry) =>
        entry is null ? "none" : Encoding.UTF8.GetString(entry.Body.Pieces.SelectMany(piece => piece.ToArray()).ToArray());
}
