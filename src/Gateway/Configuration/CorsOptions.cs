using Microsoft.AspNetCore.Cors.Infrastructure;

namespace Gateway.Configuration;

/// <summary>One named CORS policy (WHATWG Fetch). Lists take <c>"*"</c> for any.</summary>
public sealed record CorsOptions
{
    public IReadOnlyList<string> Origins { get; init; } = [];

    public IReadOnlyList<string> Methods { get; init; } = ["GET", "HEAD", "POST"];

    public IReadOnlyList<string> Headers { get; init; } = [];

    public IReadOnlyList<string> ExposedHeaders { get; init; } = [];

    /// <summary>Cookies and authorization allowed; not together with any origin. Default: false.</summary>
    public bool Credentials { get; init; }

    /// <summary>How long a browser may remember a preflight. Null: the browser's own default.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>The policy in ASP.NET Core's own form.</summary>
    /// <param name="exposed">Response fields that scripts may read beside <see cref="ExposedHeaders"/>.</param>
    public CorsPolicy ToPolicy(IEnumerable<string> exposed)
    {
        var policy = new CorsPolicyBuilder()
            .WithOrigins([.. Origins])
            .WithMethods([.. Methods])
            .WithHeaders([.. Headers])
            .WithExposedHeaders([.. ExposedHeaders.Union(exposed, StringComparer.OrdinalIgnoreCase)]);
        if (Credentials)
        {
            policy.AllowCredentials();
        }

        if (MaxAge is { } maxAge)
        {
            policy.SetPreflightMaxAge(maxAge);
        }

        return policy.Build();
    }
}
