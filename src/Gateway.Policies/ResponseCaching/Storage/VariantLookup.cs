using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>What a lookup asks for: a URI, and the request that chooses among its variants.</summary>
internal sealed class VariantLookup(string uri, string baseText, IHeaderDictionary request)
{
    public string Uri { get; } = uri;

    /// <summary>The second level where the response names nothing in Vary.</summary>
    public string BaseText { get; } = baseText;

    /// <summary>The same lookup with a copy of the request's fields: one that outlives the request.</summary>
    public VariantLookup On(IHeaderDictionary copy) => new(Uri, BaseText, copy);

    /// <summary>The same lookup among responses that are kept apart: see <see cref="VaryKey.HeadMark"/> and <see cref="VaryKey.PartMark"/>.</summary>
    public VariantLookup Marked(string mark) => new(Uri, mark + BaseText, request);

    /// <summary>The second level for a response with these Vary names.</summary>
    public string For(string[] varyNames) => VaryKey.Of(BaseText, varyNames, request);
}
