using Microsoft.AspNetCore.Http;

namespace Gateway.Policies.Sessions;

/// <summary>Takes the session token from the sources of a policy. Never throws, whatever the client sent.</summary>
internal sealed class TokenReader(SessionPolicy policy)
{
    private readonly TokenSource[] _sources = [.. policy.Token];

    /// <summary>The first source that carries anything decides, also when what it carries cannot be a token.</summary>
    public FoundToken Read(HttpRequest request)
    {
        foreach (TokenSource source in _sources)
        {
            ReadOnlyMemory<char> text = Find(request, source);
            if (!text.IsEmpty)
            {
                return Check(source, text, request);
            }
        }

        return default;
    }

    private FoundToken Check(TokenSource source, ReadOnlyMemory<char> text, HttpRequest request)
    {
        string tenant = policy.Tenant is { } known ? TenantName.Of(request, known) : "";
        bool fits = TokenAlphabet.Accepts(text.Span, policy.MaxTokenLength) && (policy.Tenant is null || tenant.Length > 0);
        return new FoundToken(source, fits ? text : default, tenant);
    }

    // A field in several lines is joined with commas (RFC 9110 §5.2), which no token contains: two Authorization lines are malformed,
    // so that the gateway and the destination never believe different ones.
    private static ReadOnlyMemory<char> Find(HttpRequest request, TokenSource source) => source.Kind switch
    {
        TokenSourceKind.Bearer => BearerToken.Find(request.Headers.Authorization),
        TokenSourceKind.Cookie => CookieToken.Find(request.Headers.Cookie, source.Name!),
        TokenSourceKind.Header => request.Headers[source.Name!].ToString().AsMemory().Trim(" \t"),
        TokenSourceKind.Query => QueryToken.Find(request.QueryString.Value, source.Name!),
        _ => throw new InvalidOperationException($"Token source {source} is not known."),
    };
}
