using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using Gateway.Admin;
using Gateway.Configuration;
using Gateway.Configuration.Reload;
using Gateway.Policies.Sessions;
using Gateway.Testing;
using Gateway.Tests.Configuration;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace Gateway.Tests.EndToEnd;

/// <summary>YARP's <c>AuthorizationPolicy</c> with a scheme that a host registers, and a session, on one route.</summary>
public sealed class AuthorizationBesideSessionsTests
{
    [Theory]
    [InlineData(false, false, 401, "Test")]
    [InlineData(false, true, 401, "Test")]
    [InlineData(true, false, 401, "Bearer")]
    [InlineData(true, true, 200, null)]
    public async Task Route_WithBoth_AsksTheSchemeFirstAndThenTheSession(bool scheme, bool session, int status, string? challenge)
    {
        await using Destination api = await Destination.StartAsync("ok");
        using var file = new RoutesFile(Settings.CatchAll(
            api.Address, route: """ "AuthorizationPolicy": "default", "Session": {}, """, gateway: """ "Admin": { "Urls": "http://127.0.0.1:0" } """));
        await using WebApplication gateway = await StartAsync(file);
        SessionPolicy policy = gateway.Services.GetRequiredService<SnapshotSource>().Current.Policies["all"].Session!;
        string token = (await gateway.Services.GetRequiredService<SessionAdmin>().CreateAsync(policy, [], TimeSpan.FromHours(1))).Token;
        using HttpClient client = ClientOf(gateway);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("X-Test-User", scheme ? "ann" : null);
        request.Headers.TryAddWithoutValidation("Authorization", session ? $"Bearer {token}" : null);

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(challenge, response.Headers.WwwAuthenticate.FirstOrDefault()?.Scheme);
        Assert.Equal(status == 200 ? 1 : 0, api.Requests.Count);
    }

    [Theory]
    [InlineData(null, 401)]
    [InlineData("ann", 200)]
    public async Task OwnEndpointOfTheHost_AskingForAuthorization_HasIt(string? user, int status)
    {
        await using Destination api = await Destination.StartAsync("ok");
        using var file = new RoutesFile(Settings.CatchAll(api.Address, gateway: """ "Admin": { "Urls": "http://127.0.0.1:0" } """));
        await using WebApplication gateway = await StartAsync(file);
        using HttpClient client = ClientOf(gateway);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/own");
        request.Headers.TryAddWithoutValidation("X-Test-User", user);

        using HttpResponseMessage response = await client.SendAsync(request);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Empty(api.Requests);
    }

    private static HttpClient ClientOf(WebApplication gateway) =>
        new() { BaseAddress = new Uri(gateway.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };

    private static async Task<WebApplication> StartAsync(RoutesFile file)
    {
        SnapshotLoader loader = Loading.Loader(file);
        LoadResult read = await loader.LoadAsync(1, CancellationToken.None);
        Assert.True(read.IsValid, string.Join('\n', read.Mistakes));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        GatewayServices.Add(builder, new SnapshotSource(loader, read, TimeProvider.System));
        builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, HeaderScheme>("Test", null);
        WebApplication app = builder.Build();
        app.Services.GetRequiredService<GatewayPipeline>().Use(app);
        app.MapGet("/own", static () => "for those who are known").RequireAuthorization();
        await app.StartAsync();
        return app;
    }

    /// <summary>Whoever says a name is believed: stands for any scheme.</summary>
    private sealed class HeaderScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            string user = Request.Headers["X-Test-User"].ToString();
            return Task.FromResult(user.Length == 0
                ? AuthenticateResult.NoResult()
                : AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, user)], "Test")), "Test")));
        }

        protected override Task HandleChallengeAsync(AuthenticationProperties properties)
        {
            Response.Headers.WWWAuthenticate = "Test";
            return base.HandleChallengeAsync(properties);
        }
    }
}
