namespace Peers;

/// <summary>Kestrel with as little around it as the framework allows.</summary>
internal static class SlimApp
{
    public static WebApplication At(string address)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        return builder.Build();
    }
}
