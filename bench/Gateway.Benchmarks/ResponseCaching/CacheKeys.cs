using BenchmarkDotNet.Attributes;
using Gateway.Policies.ResponseCaching;
using Gateway.Policies.ResponseCaching.Semantics;

namespace Gateway.Benchmarks.ResponseCaching;

/// <summary>The first level of a cache key, from what a request says.</summary>
public class CacheKeys
{
    private const string Target = "/catalog/shoes?page=2&size=50&utm_source=mail&sort=price";
    private readonly QueryFilter? _listed = QueryFilter.Of(new CachePolicy { VaryByQuery = ["page", "size"] });
    private readonly QueryFilter? _sorted = QueryFilter.Of(new CachePolicy { SortQuery = true, IgnoreQuery = ["utm_*"] });

    [Benchmark]
    public string WholeQuery() => CacheKey.Of("http", "shop.example", Target, null);

    /// <summary>With <c>VaryByQuery</c>.</summary>
    [Benchmark]
    public string ListedParameters() => CacheKey.Of("http", "shop.example", Target, _listed);

    /// <summary>With <c>SortQuery</c> and <c>IgnoreQuery</c>.</summary>
    [Benchmark]
    public string SortedParameters() => CacheKey.Of("http", "shop.example", Target, _sorted);
}
