using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Gateway.Policies.ResponseCaching.Semantics;
using Gateway.Policies.ResponseCaching.Storage;
using Gateway.Policies.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Policies.ResponseCaching.Serving;

/// <summary>Reads requests for one route's policy.</summary>
internal sealed class RequestReader(string route, CachePolicy policy)
{
    private static readonly CacheControl PragmaNoCache = CacheControl.Parse("no-cache");
    private readonly string _plain = VaryKey.Plain(route, "");
    private readonly QueryFilter? _query = QueryFilter.Of(policy);
    private readonly PolicyKey _policyKey = new(policy);

    public QueryFilter? Query => _query;

    /// <param name="context">The request.</param>
    /// <param name="steered">It carries one of <see cref="SteeringFields"/>.</param>
    public CacheRequest Read(HttpContext context, bool steered)
    {
        IHeaderDictionary headers = context.Request.Headers;
        RequestSession? session = GatewayRequest.Of(context).Session;
        bool hasCredentials = session is not null || headers.Authorization.Count > 0;
        string user = policy.PerUser && hasCredentials ? UserOf(session, headers) : "";
        string plain = user.Length == 0 ? _plain : VaryKey.Plain(route, user);
        plain = _policyKey.IsUsed ? _policyKey.AppendTo(plain, context, session) : plain;
        CacheControl control = ControlOf(headers);
        return new CacheRequest
        {
            Lookup = new VariantLookup(UriOf(context), steered ? VaryKey.WithKeyed(plain, headers) : plain, headers),
            Control = policy.ClientNoCache is ClientNoCache.Ignore ? control.WithoutReload() : control,
            Credentials = hasCredentials && user.Length == 0 && !policy.Shared,
            IsHead = HttpMethods.IsHead(context.Request.Method),
            HasRange = headers.Range.Count > 0,
            HasValidator = headers.IfNoneMatch.Count > 0 || headers.IfModifiedSince.Count > 0,
            HasPrecondition = headers.IfMatch.Count > 0 || headers.IfUnmodifiedSince.Count > 0,
        };
    }

    /// <summary>The first level of the key.</summary>
    public string UriOf(HttpContext context) => UriOf(context, _query);

    /// <summary>The first level of the key, with the whole query.</summary>
    public static string WholeUriOf(HttpContext context) => UriOf(context, null);

    private static string UriOf(HttpContext context, QueryFilter? query) => CacheKey.Of(
        context.Request.Scheme, context.Request.Host.Value ?? "", context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, query);

    /// <summary>The session's user, without one the session, without a session a hash of the credentials.</summary>
    private static string UserOf(RequestSession? session, IHeaderDictionary headers) => session switch
    {
        { User: { Length: > 0 } user } => "user " + user,
        not null => "session " + session.Id.ToString("x32", CultureInfo.InvariantCulture),
        null => "hash " + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(headers.Authorization.ToString()))),
    };

    /// <summary>Pragma counts only where Cache-Control is missing (RFC 9111 §5.4).</summary>
    private static CacheControl ControlOf(IHeaderDictionary headers) => headers.CacheControl.Count switch
    {
        0 when headers.Pragma.Count > 0 && CacheControl.Parse(headers.Pragma).NoCache => PragmaNoCache,
        _ => CacheControl.Parse(headers.CacheControl),
    };
}
