namespace Gateway.Admin;

/// <summary>The admin API cannot be started as it is configured. The message is for the operator and says what to change.</summary>
internal sealed class AdminListenException : Exception
{
    public AdminListenException(string message)
        : base(message)
    {
    }

    public AdminListenException(string message, Exception cause)
        : base(message, cause)
    {
    }
}
