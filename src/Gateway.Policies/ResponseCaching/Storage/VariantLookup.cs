using Gateway.Policies.ResponseCaching.Semantics;
using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.ResponseCaching.Storage;

/// <summary>What a lookup asks for: a URI, and the request that chooses among its variants.</summary>
internal sealed class VariantLookup(string uri, string baseText, IHeaderDictionary request)
{
    public string Uri { get; } = uri;

    /// <summary>The second level where the response names nothing in Vary.</summary>
    public string BaseText { get; } = baseText;

    /// <summary>The second level for a response with these Vary names.</summary>
    public string For(string[] varyNames) => VaryKey.Of(BaseText, varyNames, request);
}
