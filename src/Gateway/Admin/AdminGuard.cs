using System.Security.Cryptography;
using System.Text;
using Gateway.Configuration;
using Gateway.Policies.Rejections;
using Microsoft.Net.Http.Headers;

namespace Gateway.Admin;

/// <summary>
/// Lets in who may: with a token configured, its bearer; without one (loopback only) whoever is on this machine, but never a web
/// page in the operator's browser, neither through DNS rebinding (a foreign Host) nor by a cross-site request (a foreign Origin).
/// Health checks are open: they tell nothing but yes or no.
/// </summary>
internal sealed class AdminGuard(RequestDelegate next, AdminOptions options)
{
    private const string Scheme = "Bearer ";

    // Hashes compare in the same time whatever was sent, and do not tell the token's length.
    private readonly byte[]? _token = string.IsNullOrEmpty(options.Token) ? null : SHA256.HashData(Encoding.UTF8.GetBytes(options.Token));

    public Task InvokeAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (request.Path.StartsWithSegments("/healthz"))
        {
            return next(context);
        }

        if (_token is null && request.Host.HasValue && !AdminAddress.IsLoopbackHost(request.Host.Host))
        {
            return ProblemWriter.WriteAsync(context, new Problem(403, "Forbidden", Detail:
                "Without Gateway:Admin:Token the admin API answers only to localhost: address it as 127.0.0.1 or localhost."));
        }

        if (ChangesState(request.Method) && !IsOwnOrigin(request))
        {
            return ProblemWriter.WriteAsync(context, new Problem(403, "Forbidden", Detail: "A page of another site may not change anything here."));
        }

        if (_token is not null && !Presents(request.Headers.Authorization.ToString()))
        {
            context.Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer realm=\"gateway admin\"";
            return ProblemWriter.WriteAsync(context, new Problem(401, "Unauthorized", Detail: "Send Authorization: Bearer <Gateway:Admin:Token>."));
        }

        return next(context);
    }

    private static bool ChangesState(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method);

    // Browsers send Origin with every such request; other clients send none.
    private static bool IsOwnOrigin(HttpRequest request)
    {
        string origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || origin.Equals($"{request.Scheme}://{request.Host.Value}", StringComparison.OrdinalIgnoreCase);
    }

    private bool Presents(string authorization) =>
        authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(authorization[Scheme.Length..].Trim())), _token);
}
