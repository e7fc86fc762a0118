namespace Gateway.Policies.Configuration;

/// <summary>
/// A configured behaviour of a route. Each property of a derived record is one key of the routes file, of the same name;
/// its initial value is the default.
/// </summary>
public abstract record Policy
{
    /// <summary>
    /// The policy's name in headers, metrics, logs and the admin API: its key in the <c>Gateway</c> section, or for an inline
    /// policy its route's id (<c>orders</c>, in an array <c>orders.1</c> for the second). Not a key of the file.
    /// </summary>
    public string Name { get; init; } = "";
}
