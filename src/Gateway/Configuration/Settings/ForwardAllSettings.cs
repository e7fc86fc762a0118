namespace Gateway.Configuration.Settings;

/// <summary>The settings that <c>--to URL</c> stands for, in place of a routes file.</summary>
internal static class ForwardAllSettings
{
    public static SettingNode For(Uri destination)
    {
        var origin = new SettingOrigin("--to");
        SettingNode root = SettingNode.Root(origin);
        Put("Gateway:RateLimits:per-client", """{ "Limit": 100, "Window": "1m", "PartitionBy": "ClientIp" }""");
        Put("ReverseProxy:Routes:all", """{ "ClusterId": "all", "RateLimit": "per-client", "Cache": {} }""");
        Put("ReverseProxy:Routes:all:Match:Path", "{**catch-all}");
        Put("ReverseProxy:Clusters:all:Destinations:to:Address", destination.AbsoluteUri);
        return root;

        void Put(string path, string value) => OverrideSetting.Put(root, path, value, origin);
    }
}
