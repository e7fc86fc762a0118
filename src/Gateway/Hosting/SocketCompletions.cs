namespace Gateway.Hosting;

/// <summary>
/// Lets the thread that hears of a socket go on with what waited for it, instead of handing that to the thread pool first
/// (docs/decisions/0013-responses-carried-on-where-they-arrive.md).
/// </summary>
internal static class SocketCompletions
{
    /// <summary>The runtime's own setting, which it reads when the first socket is used: 0 hands everything to the pool.</summary>
    public const string Setting = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>Before any socket is used. What the environment says stands.</summary>
    public static void RunInline()
    {
        if (Environment.GetEnvironmentVariable(Setting) is null)
        {
            Environment.SetEnvironmentVariable(Setting, "1");
        }
    }
}
